// The brush of the segmentation explorer: strokes by pointer and by key, and their undoing.

const MOST_UNDONE = 100;
const BRUSH_KEYS = { "+": 2, "=": 2, "-": -2, "−": -2, _: -2 };

/** A learner's masks, one for each slice and class, kept in the model as text. */
class Paintings {
  constructor(model, shape) {
    this.model = model;
    this.shape = shape;
    this.earlier = new Map();
  }

  get key() {
    return `${this.model.get("index")}/${this.model.get("class_id")}`;
  }

  get text() {
    return this.model.get("paintings")[this.key] ?? "";
  }

  /** The mask of the slice and class that are seen, a copy to draw on. */
  current() {
    const length = this.shape.rows * this.shape.columns;
    return this.text ? maskOfText(this.text, length) : new Uint8Array(length);
  }

  get canUndo() {
    return (this.earlier.get(this.key) ?? []).length > 0;
  }

  /** Keep a mask that changed; one stroke is one step of undoing. */
  keep(mask) {
    const text = textOfMask(mask);
    if (text === (this.text || textOfMask(new Uint8Array(mask.length)))) return;
    const steps = [...(this.earlier.get(this.key) ?? []), this.text];
    this.earlier.set(this.key, steps.slice(-MOST_UNDONE));
    this.set(text);
  }

  undo() {
    if (this.canUndo) this.set(this.earlier.get(this.key).pop());
  }

  set(text) {
    share(this.model, { paintings: { ...this.model.get("paintings"), [this.key]: text } });
  }
}

/** Row and column under the pointer, at the image's rim where it has left the image. */
function pixelUnder(canvas, event, { rows, columns }) {
  const box = canvas.getBoundingClientRect();
  const cell = (part, pixels) => Math.floor((part * pixels - EDGE) / canvas.unit);
  const row = cell((event.clientY - box.top) / box.height, canvas.height);
  const column = cell((event.clientX - box.left) / box.width, canvas.width);
  return [clamp(row, rows), clamp(column, columns)];
}

/** Tell of a drag: `press` and `drag` with the pixel under the pointer, then `release`. */
function followStroke(canvas, shape, { press, drag, release }) {
  let pressed = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pressed = true;
    press(pixelUnder(canvas, event, shape));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (pressed) drag(pixelUnder(canvas, event, shape));
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
    canvas.addEventListener(name, () => {
      if (pressed) release();
      pressed = false;
    });
}

/** What a key asks of the brush: `{ value }` to paint or erase, `{ width }` or `{ undo }`. */
function askedByKey(event) {
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (key === "z" && !event.shiftKey) return { undo: true };
  if (command) return null;
  if (key === " ") return { value: 1 };
  if (key === "e") return { value: 0 };
  return event.key in BRUSH_KEYS ? { width: BRUSH_KEYS[event.key] } : null;
}
