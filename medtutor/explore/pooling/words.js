// What the pooling explorer says: pure functions from numbers to sentences.

function between(name, first, behind) {
  return behind - first === 1 ? `${name} ${first}` : `${name}s ${first} to ${behind - 1}`;
}

function shareInWords(count) {
  return count === 1 ? "1" : `1/${count}`;
}

function poolPlaceInWords({ row, column }, { value, winner, count, box }, kind) {
  const pixels = count === 1 ? "one pixel" : `${count} pixels`;
  const where = `${between("row", box.top, box.bottom)}, ${between("column", box.left, box.right)}`;
  const start = `Output row ${row}, column ${column} is ${write(value)}`;
  if (kind === "max")
    return (
      `${start}, the largest of the ${pixels} in ${where}. The pixel in row ${winner.y}, ` +
      `column ${winner.x} won and gets all of this output's gradient.`
    );
  return (
    `${start}, the mean of the ${pixels} in ${where}. ` +
    `Each of them gets ${shareInWords(count)} of this output's gradient.`
  );
}

function noPoolInWords({ rows, columns }) {
  return (
    `No output: the window is ${rows.span} × ${columns.span} pixels, the image has only ` +
    `${rows.length} × ${columns.length}. Choose a smaller window, or padding "same".`
  );
}

function standsOutInWords(before, after, contrast) {
  if (contrast === 0) return "There is no lesion: its contrast is 0.";
  const far = (value) =>
    value === null ? "not measurable" : `${value.toFixed(1).replace("-", "−")} SD`;
  const side = contrast < 0 ? "below" : "above";
  return (
    `Lesion ${side} its surroundings: ${far(before)} in the image, ` +
    `${far(after)} in the output.`
  );
}

function poolSizeInWords({ length, before, after, span, output }, strides) {
  return `⌊(${length} + ${before + after} − ${span}) / ${strides}⌋ + 1 = ${output}`;
}

function poolFormulaInWords({ rows, columns, strides }) {
  return [
    `rows: ${poolSizeInWords(rows, strides)}`,
    `columns: ${poolSizeInWords(columns, strides)}`,
    "n pixels, p padding (both sides together), k window, s stride",
    "Padded places never count: no maximum comes from them, no mean divides by them.",
    "SD: standard deviation of the map within 8 pixels of the lesion.",
  ];
}
