// Slices of scans: the window they are looked at through, and how they are painted.

const LONGEST_EDGE = 600; // of a picture, in the canvas' own pixels
const MARK = "#ffd000";

const within = (value, low, high) => Math.max(low, Math.min(value, high));

/** Grey level of a value, 0 black to 1 white: DICOM PS3.3 C.11.2.1.2, linear. */
function windowed(value, center, width) {
  const shifted = value - (center - 0.5);
  if (width === 1) return shifted > 0 ? 1 : 0;
  return Math.fround(within(shifted / (width - 1) + 0.5, 0, 1));
}

/** The highest value that is black, and the lowest that is white. */
function windowEnds(center, width) {
  return [center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2];
}

/** Shares of the values that a window shows as plain black and as plain white. */
function clippedShares(values, center, width) {
  let [black, white] = [0, 0];
  for (const value of values) {
    const level = windowed(value, center, width);
    if (level === 0) black += 1;
    else if (level === 1) white += 1;
  }
  return { black: black / values.length, white: white / values.length };
}

/** Grey level of any value, 0 to 1: DICOM PS3.3 C.11.2.1.3.2, linear exact. */
function exactlyWindowed(value, center, width) {
  return within((value - center) / width + 0.5, 0, 1);
}

/** Give a canvas room for a slice whose pixels have these heights and widths in mm; `longest`
    is the edge in mm that fills the room. */
function fitSlice(canvas, { rows, columns, spacing }, longest = 0) {
  const [height, width] = [rows * spacing[0], columns * spacing[1]];
  const enlarged = LONGEST_EDGE / (longest || Math.max(height, width));
  canvas.height = Math.max(Math.round(height * enlarged), 1);
  canvas.width = Math.max(Math.round(width * enlarged), 1);
}

/** Paint a slice all over the canvas; `greyOf` takes a value to 0 (black) to 1 (white). */
function paintSlice(canvas, { values, rows, columns }, greyOf) {
  const picture = new ImageData(columns, rows);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < pixels.length; i += 1) {
    const level = Math.round(255 * greyOf(values[i]));
    pixels[i] = 0xff000000 | (level << 16) | (level << 8) | level;
  }
  const small = make("canvas", { width: columns, height: rows });
  small.getContext("2d").putImageData(picture, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  return context;
}

/** Lines that show on black and on white alike; `lines` are [x1, y1, x2, y2]. */
function paintMarks(context, lines) {
  for (const [width, colour] of [[5, "#000"], [2, MARK]]) {
    context.beginPath();
    for (const [x1, y1, x2, y2] of lines) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** The pixel of a slice under the pointer. */
function pixelUnder(canvas, event, { rows, columns }) {
  const box = canvas.getBoundingClientRect();
  const cell = (place, length, cells) => within(Math.floor((place / length) * cells), 0, cells - 1);
  return [
    cell(event.clientY - box.top, box.height, rows),
    cell(event.clientX - box.left, box.width, columns),
  ];
}
