// What the attention explorer says: pure functions from numbers to sentences.

const HEADS_IN_WORDS = [
  "what is like me",
  "what is like me, more or less",
  "a step brighter, a step to the right",
  "my opposite",
];

function attentionWords({ brightness, n_seen, most, largest, bits }, [row, column]) {
  const many = `${n_seen || "no"} patch${n_seen === 1 ? "" : "es"}`;
  return (
    `Patch row ${row}, column ${column} (brightness ${brightness.toFixed(2)}) looks at ${many} ` +
    `with more than 10 %${n_seen < 2 ? "" : " each"}; most (${Math.round(100 * largest)} %) at ` +
    `row ${most[0]}, column ${most[1]}; entropy ${bits.toFixed(1)} bits of 6.`
  );
}
