// One unit of each recurrent cell, forward and back through time; nothing here knows of the page.
// In `weights`, w is the input's weight, u the state's, b the bias and b2 the GRU's second bias,
// each with one number for every gate, in Keras' order.

function sigmoid(x) {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** What goes into each gate. */
function scoresOf({ w, u, b }, x, h) {
  return w.map((_, gate) => w[gate] * x + u[gate] * h + b[gate]);
}

const CELLS = {
  rnn: {
    step(weights, x, { h: before }) {
      const [score] = scoresOf(weights, x, before);
      const h = Math.tanh(score);
      return { x, before, h, slope: 1 - h * h };
    },
    back({ w, u }, { slope }, { h: dh }) {
      const score = dh * slope;
      return { dx: score * w[0], before: { h: score * u[0], c: 0 } };
    },
  },

  lstm: {
    step(weights, x, { h: before, c: cBefore }) {
      const scores = scoresOf(weights, x, before);
      const [i, f, , o] = scores.map(sigmoid);
      const candidate = Math.tanh(scores[2]);
      const c = f * cBefore + i * candidate;
      return { x, before, cBefore, i, f, candidate, o, c, h: o * Math.tanh(c) };
    },
    back({ w, u }, { cBefore, i, f, candidate, o, c }, { h: dh, c: dcLater }) {
      const shown = Math.tanh(c);
      const dc = dcLater + dh * o * (1 - shown * shown);
      const scores = [
        dc * candidate * i * (1 - i),
        dc * cBefore * f * (1 - f),
        dc * i * (1 - candidate * candidate),
        dh * shown * o * (1 - o),
      ];
      return { dx: dot(scores, w), before: { h: dot(scores, u), c: dc * f } };
    },
  },

  gru: {
    step({ w, u, b, b2 }, x, { h: before }) {
      const ofX = w.map((_, gate) => w[gate] * x + b[gate]);
      const ofH = u.map((_, gate) => u[gate] * before + b2[gate]);
      const [z, r] = [sigmoid(ofX[0] + ofH[0]), sigmoid(ofX[1] + ofH[1])];
      const candidate = Math.tanh(ofX[2] + r * ofH[2]);
      return { x, before, z, r, candidate, recalled: ofH[2], h: z * before + (1 - z) * candidate };
    },
    back({ w, u }, { before, z, r, candidate, recalled }, { h: dh }) {
      const ofCandidate = dh * (1 - z) * (1 - candidate * candidate);
      const ofR = ofCandidate * recalled * r * (1 - r);
      const ofZ = dh * (before - candidate) * z * (1 - z);
      const toState = dh * z + dot([ofZ, ofR, ofCandidate * r], u);
      return { dx: dot([ofZ, ofR, ofCandidate], w), before: { h: toState, c: 0 } };
    },
  },
};

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** The unit's weights under short names, with the learner's bias of the keeping gate. */
export function weightsOf(cell, weights, forgetBias) {
  const { kernel: w, recurrent_kernel: u, bias, recurrent_bias: b2 } = weights[cell];
  const keeper = { lstm: 1, gru: 0 }[cell];
  return { w, u, b: bias.map((value, gate) => (gate === keeper ? forgetBias : value)), b2 };
}

/** Every step of the signal, and the gradient of the last h with respect to each input. */
export function follow(cell, signal, weights) {
  let states = { h: 0, c: 0 };
  const steps = signal.map((x) => (states = CELLS[cell].step(weights, x, states)));
  let later = { h: 1, c: 0 };
  const gradient = steps.map(() => 0);
  for (let t = steps.length - 1; t >= 0; t -= 1) {
    const { dx, before } = CELLS[cell].back(weights, steps[t], later);
    gradient[t] = dx;
    later = before;
  }
  return { steps, gradient };
}
