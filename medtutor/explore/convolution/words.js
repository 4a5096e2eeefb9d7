// What the convolution explorer says: pure functions from numbers to sentences.

/** Where the pixels of one axis lie that the window covers. */
function coveredInWords(name, place, axis, strides) {
  const first = place * strides - axis.before;
  if (axis.span === 1) return `${name} ${write(first)}`;
  return `${name}s ${write(first)} to ${write(first + axis.span - 1)}`;
}

function placeInWords({ rows, columns }, { row, column }, strides, products) {
  const covered = [
    coveredInWords("row", row, rows, strides),
    coveredInWords("column", column, columns, strides),
  ];
  const sum = write(sumOfProducts(products));
  return `Output row ${row}, column ${column} is ${sum}: the window covers input ${covered.join(", ")}.`;
}

function noOutputInWords({ rows, columns }) {
  return (
    `No output: the window spans ${rows.span} × ${columns.span} pixels, the image has only ` +
    `${rows.length} × ${columns.length}. Choose a smaller kernel or dilation, or padding "same".`
  );
}

/** Up to nine products are written out, more are only counted. */
function sumInWords(products) {
  const values = products.flat().map(({ product }) => product);
  const sum = write(sumOfProducts(products));
  if (values.length === 1) return `Output = ${sum}`;
  if (values.length > 9) return `Sum of the ${values.length} products = ${sum}`;
  const terms = values.map((value, i) => {
    if (i === 0) return write(value);
    return `${value < 0 ? "−" : "+"} ${write(Math.abs(value))}`;
  });
  return `Sum = ${terms.join(" ")} = ${sum}`;
}

/** The output-size formula of one axis with its numbers filled in. */
function sizeInWords(axis, { strides, dilation }) {
  const { length, weights, before, after, output } = axis;
  const spread = `${dilation}·(${weights} − 1)`;
  return `⌊(${length} + ${before + after} − ${spread} − 1) / ${strides}⌋ + 1 = ${output}`;
}

function formulaInWords({ rows, columns }, settings) {
  const lines = [
    `rows: ${sizeInWords(rows, settings)}`,
    `columns: ${sizeInWords(columns, settings)}`,
    "n pixels, p padding (both sides together), d dilation, k weights, s stride",
  ];
  if (settings.strides > 1 && settings.dilation > 1)
    lines.push("Keras itself takes a stride or a dilation above 1, not both at once.");
  return lines;
}
