// The signal as something to draw on: with a pointer, or with the arrow keys.

const STEP_OF_INPUT = 0.1;
const ARROWS = {
  ArrowLeft: { steps: -1 },
  ArrowRight: { steps: 1 },
  ArrowUp: { raise: 1 },
  ArrowDown: { raise: -1 },
  PageUp: { raise: 5 },
  PageDown: { raise: -5 },
  Home: { steps: -Infinity },
  End: { steps: Infinity },
};

/** A picture of the signal that calls `onDraw(t, value)` and `onStep(t)`; steps from 0. */
function makeSignalPad({ limit, signalNow, stepNow, onDraw, onStep }) {
  const { width, height } = PICTURE;
  const svg = keepKeys(
    draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "application", tabindex: 0 }),
  );
  const round = (value) => {
    const held = Math.min(Math.max(value, -limit), limit);
    return Number((Math.round(held / STEP_OF_INPUT) * STEP_OF_INPUT).toFixed(1));
  };
  const drawAt = (event) => {
    const [, place] = placeUnder(svg, event);
    const value = scale(PICTURE.bottom, PICTURE.top, -limit, limit)(place);
    onDraw(stepUnder(svg, event, signalNow().length), round(value));
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    drawAt(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) drawAt(event);
  });
  svg.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [signal, t] = [signalNow(), stepNow()];
    if (way.raise) onDraw(t, round(signal[t] + way.raise * STEP_OF_INPUT));
    else onStep(Math.min(Math.max(t + way.steps, 0), signal.length - 1));
  });
  return svg;
}

/** The numbers of a text, or a sentence that says what is wrong with it. */
function parseSignal(text, { steps: [fewest, most], input: limit }) {
  const words = text.replaceAll("−", "-").split(/[\s,;]+/).filter(Boolean);
  const numbers = words.map(Number);
  const bad = words.find((_, i) => !(Math.abs(numbers[i]) <= limit));
  if (bad !== undefined) return { error: `“${bad}” is not a number from −${limit} to ${limit}.` };
  if (words.length < fewest || words.length > most)
    return { error: `Give ${fewest} to ${most} numbers; these are ${words.length}.` };
  return { numbers };
}
