// A plane through a volume: keys and the pointer move on it, a slider goes through its slices.

// For each key: steps right, down, and through the slices.
const PLANE_STEPS = {
  ArrowRight: [1, 0, 0],
  ArrowLeft: [-1, 0, 0],
  ArrowDown: [0, 1, 0],
  ArrowUp: [0, -1, 0],
  PageUp: [0, 0, 1],
  PageDown: [0, 0, -1],
};

/** A plane's figure and its parts; with Shift a step is `far` steps. */
function makePlane({ far, onSteps, onPoint, onSlide }) {
  const canvas = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
  canvas.addEventListener("keydown", (event) => {
    const steps = PLANE_STEPS[event.key];
    if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSteps(steps.map((step) => step * (event.shiftKey ? far : 1)));
  });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    onPoint(event);
  });
  canvas.addEventListener("pointermove", (event) => event.buttons && onPoint(event));
  const slider = keepKeys(make("input", { type: "range", min: 0, step: 1 }));
  slider.addEventListener("input", () => onSlide(slider.valueAsNumber));
  const caption = make("figcaption");
  const stage = make("div", { className: "mt-stage" }, canvas);
  return { canvas, slider, caption, figure: make("figure", {}, caption, stage, slider) };
}
