// Pictures of arrays: pixels to colours, canvases, the colour bar, a frame.

const CANVAS_PIXELS = 640;
const EDGE = 4; // room for the window's frame at the image's border
const BLUE = [5, 80, 160];
const WHITE = [250, 250, 250];
const ORANGE = [200, 85, 0];
const FRAME = "#ffd000";

const css = (rgb) => `rgb(${rgb.join(" ")})`;

/** Blue below zero, white at zero, orange above: readable with any colour vision. */
function signedColour(value, limit) {
  const far = value < 0 ? BLUE : ORANGE;
  const part = Math.min(Math.abs(value) / limit, 1);
  return WHITE.map((level, i) => Math.round(level + (far[i] - level) * part));
}

function greyColour(value, { low, high }) {
  const level = Math.round((255 * (value - low)) / (high - low || 1));
  return [level, level, level];
}

/** Black or white, whichever has the higher contrast with `rgb` (WCAG's luminance). */
function inkOn(rgb) {
  const [red, green, blue] = rgb.map((level) => (level / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

/** How to colour an array: grey where nothing is negative, else blue to orange. */
function colouring(values, mayBeSigned) {
  const flat = values.flat();
  const low = flat.reduce((a, b) => Math.min(a, b), Infinity);
  const high = flat.reduce((a, b) => Math.max(a, b), -Infinity);
  const ends = { low, high };
  if (!mayBeSigned || low >= -1e-9)
    return { ends, stops: [low, high], colour: (value) => greyColour(value, ends) };
  const limit = Math.max(-low, high);
  return { ends, stops: [-limit, 0, limit], colour: (value) => signedColour(value, limit) };
}

/** A bar of the colours with its numbers in place. */
function colourBar({ stops, colour }) {
  const bar = make("div", { className: "mt-bar" });
  bar.style.background = `linear-gradient(90deg, ${stops.map((v) => css(colour(v))).join(", ")})`;
  const numbers = stops.map((value) => make("span", { textContent: write(value) }));
  return [bar, make("div", { className: "mt-bar-numbers" }, ...numbers)];
}

/** Clear a canvas and give it room for a map of so many cells, each `unit` wide. */
function fitCanvas(canvas, rows, columns) {
  canvas.unit = Math.max(Math.floor(CANVAS_PIXELS / Math.max(rows, columns)), 1);
  canvas.width = columns * canvas.unit + 2 * EDGE;
  canvas.height = rows * canvas.unit + 2 * EDGE;
  return canvas.getContext("2d");
}

/** Diagonal lines: here is no pixel (padding, or not computed yet). */
function hatch(context) {
  const { width, height } = context.canvas;
  context.save();
  context.beginPath();
  context.rect(EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE);
  context.clip();
  context.strokeStyle = "rgb(128 128 128 / 60%)";
  context.lineWidth = 1.5;
  context.beginPath();
  for (let x = -height; x < width; x += 12) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.restore();
}

/** Draw `values` with their first pixel at cell `top`, `left`; null stays see-through. */
function drawPixels(context, values, colour, top = 0, left = 0) {
  const [rows, columns] = [values.length, values[0].length];
  const pixels = new ImageData(columns, rows);
  values.flat().forEach((value, i) => {
    if (value !== null) pixels.data.set([...colour(value), 255], 4 * i);
  });
  const small = make("canvas", { width: columns, height: rows });
  small.getContext("2d").putImageData(pixels, 0, 0);
  const { unit } = context.canvas;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, EDGE + left * unit, EDGE + top * unit, columns * unit, rows * unit);
}

/** A frame that shows on black, white and colour alike. */
function drawFrame(context, row, column, rows, columns) {
  const { unit } = context.canvas;
  const box = [EDGE + column * unit, EDGE + row * unit, columns * unit, rows * unit];
  for (const [width, colour] of [[7, "#000"], [3, FRAME]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.strokeRect(...box);
  }
}
