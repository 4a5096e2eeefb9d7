// A window that is moved over a map, by arrow keys and by mouse.

const HINT =
  "Arrow keys step the window; Home, End, Page Up, Page Down go to the edges. Or click and drag.";
const STEPS = {
  ArrowUp: (place) => ({ ...place, row: place.row - 1 }),
  ArrowDown: (place) => ({ ...place, row: place.row + 1 }),
  ArrowLeft: (place) => ({ ...place, column: place.column - 1 }),
  ArrowRight: (place) => ({ ...place, column: place.column + 1 }),
  Home: (place) => ({ ...place, column: 0 }),
  End: (place) => ({ ...place, column: Infinity }),
  PageUp: (place) => ({ ...place, row: 0 }),
  PageDown: (place) => ({ ...place, row: Infinity }),
};

const clamp = (value, length) => Math.max(0, Math.min(value, length - 1));
const oneTo = (last) => Array.from({ length: last }, (_, i) => [i + 1, i + 1]);

/** Where a key takes the window, perhaps off the map; null for a key that doesn't move it. */
function steppedByKey(event, place) {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return null;
  event.preventDefault();
  return step(place);
}

/** Call `act` with the map's row and column under the pointer while it is pressed. */
function followPointer(canvas, act) {
  const locate = (event) => {
    const box = canvas.getBoundingClientRect();
    const cell = (share_, pixels) => Math.floor((share_ * pixels - EDGE) / canvas.unit);
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    act(cell(y, canvas.height), cell(x, canvas.width));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    locate(event);
  });
  canvas.addEventListener("pointermove", (event) => event.buttons && locate(event));
}
