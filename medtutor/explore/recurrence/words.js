// What the recurrence explorer says, and how it writes a step's arithmetic down.

const CELL_TITLES = { lstm: "LSTM", gru: "GRU", rnn: "simple RNN" };
const GATE_NAMES = {
  rnn: ["h"],
  lstm: ["i", "f", "candidate", "o"],
  gru: ["z", "r", "candidate"],
};
const TITLES = {
  i: "input gate i",
  f: "forget gate f",
  o: "output gate o",
  z: "update gate z",
  r: "reset gate r",
  candidate: "candidate",
  c: "cell state c",
  h: "hidden state h",
};
const KEEPER_TITLES = {
  lstm: "Bias of the forget gate f",
  gru: "Bias of the update gate z",
  rnn: "A simple RNN has no gate",
};

/** A number of the table: three digits that count. */
function digits(value) {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return powerOf(value);
  return String(Number(value.toPrecision(3))).replaceAll("-", "−");
}

/** A small number as 1.2·10⁻⁵. */
function powerOf(value) {
  const [factor, power] = value.toExponential(1).split("e");
  return `${factor.replace("-", "−")}·${powerOfTen(Number(power))}`;
}

function powerOfTen(power) {
  const marks = [...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));
  return `10${marks.join("")}`;
}

/** A sum of products written out; a term is a number, or a pair of factors. */
function sumOf(...terms) {
  return terms
    .map((term, place) => {
      const [first, ...others] = [term].flat();
      const sign = first < 0 ? "−" : place ? "+" : "";
      const factors = [digits(Math.abs(first)), ...others.map(inBrackets)].join("·");
      return sign && place ? ` ${sign} ${factors}` : sign + factors;
    })
    .join("");
}

function inBrackets(value) {
  return value < 0 ? `(${digits(value)})` : digits(value);
}

function percentOf(share_) {
  const isNearAnEnd = share_ < 0.01 || share_ > 0.99;
  return `${(100 * share_).toFixed(isNearAnEnd ? 2 : 0)} %`;
}

/** How each gate gets its value in this step: its name, its formula with numbers, its value. */
const ARITHMETIC = {
  rnn({ w, u, b }, { x, before, h }) {
    return [["h", `tanh(${sumOf([w[0], x], [u[0], before], b[0])})`, h]];
  },
  lstm({ w, u, b }, step) {
    const { x, before, cBefore, i, f, candidate, o, c, h } = step;
    const gates = GATE_NAMES.lstm.map((name, gate) => {
      const squeeze = name === "candidate" ? "tanh" : "σ";
      return [name, `${squeeze}(${sumOf([w[gate], x], [u[gate], before], b[gate])})`, step[name]];
    });
    return [
      ...gates,
      ["c", `f·c + i·candidate = ${sumOf([f, cBefore], [i, candidate])}`, c],
      ["h", `o·tanh c = ${sumOf([o, Math.tanh(c)])}`, h],
    ];
  },
  gru({ w, u, b, b2 }, step) {
    const { x, before, z, r, candidate, h } = step;
    const gates = ["z", "r"].map((name, gate) => [
      name,
      `σ(${sumOf([w[gate], x], b[gate], [u[gate], before], b2[gate])})`,
      step[name],
    ]);
    const recalled = sumOf([u[2], before], b2[2]);
    return [
      ...gates,
      ["candidate", `tanh(${sumOf([w[2], x], b[2])} + ${digits(r)}·(${recalled}))`, candidate],
      ["h", `z·h + (1 − z)·candidate = ${sumOf([z, before], [1 - z, candidate])}`, h],
    ];
  },
};

const STEP_IN_WORDS = {
  rnn: ({ before, h }) => `It writes its state anew: h goes from ${digits(before)} to ${digits(h)}.`,
  lstm: ({ f, i, candidate, cBefore, c, o, h }) =>
    `It keeps ${percentOf(f)} of its cell state and adds ${percentOf(i)} of the candidate ` +
    `${digits(candidate)}: c goes from ${digits(cBefore)} to ${digits(c)}. ` +
    `It shows ${percentOf(o)} of tanh c: h = ${digits(h)}.`,
  gru: ({ z, r, candidate, before, h }) =>
    `The reset gate lets ${percentOf(r)} of the old state into the candidate ${digits(candidate)}. ` +
    `It keeps ${percentOf(z)} of its state and takes ${percentOf(1 - z)} of the candidate: ` +
    `h goes from ${digits(before)} to ${digits(h)}.`,
};

/** What happens in a step, and how much of it is left at the end. */
function inWords(cell, { steps, gradient }, t) {
  const now = steps[t];
  const start = `${cell === "rnn" ? "A " : ""}${CELL_TITLES[cell]}, step ${t + 1} of ${steps.length}, x = ${digits(now.x)}.`;
  const share_ = gradient[t] / gradient.at(-1);
  const against =
    t === steps.length - 1 || !Number.isFinite(share_)
      ? ""
      : `, ${digits(Math.abs(share_))} times that of the last input`;
  return (
    `${start} ${STEP_IN_WORDS[cell](now)} ` +
    `The last hidden state’s gradient for this input is ${digits(gradient[t])}${against}.`
  );
}
