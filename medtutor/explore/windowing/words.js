// What the windowing explorer says: pure functions from numbers to sentences.

const DRAG_HINT =
  "Drag on the picture, or press arrow keys on it: right and left make the window wider and " +
  "narrower, up and down move its centre. Page Up, Page Down, Home and End go ten times as far. " +
  "With Shift, the same keys move the cross; so does a click.";

function percentInWords(share_) {
  if (share_ === 0 || share_ === 1) return `${100 * share_} %`;
  if (share_ < 0.001) return "less than 0.1 %";
  if (share_ > 0.999) return "more than 99.9 %";
  return `${(100 * share_).toFixed(1)} %`;
}

function windowInWords({ center, width }) {
  const [black, white] = windowEnds(center, width);
  const ends =
    width === 1
      ? `Up to ${write(black)} HU all is black, above it white.`
      : `${write(black)} HU and below is black, ${write(white)} HU and above white.`;
  return `Window: centre ${write(center)} HU, width ${write(width)} HU. ${ends}`;
}

function sharesInWords({ black, white }) {
  if (black + white === 0) return "No pixel is cut off to plain black or plain white.";
  return (
    `Of the pixels, ${percentInWords(black)} are cut off to black and ` +
    `${percentInWords(white)} to white: what differs there can't be seen.`
  );
}

function pixelInWords([row, column], value, { center, width }) {
  const level = Math.round(255 * windowed(value, center, width));
  return `row ${row}, column ${column}: ${write(value)} HU, grey level ${level} of 255`;
}
