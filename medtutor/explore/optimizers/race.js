// The race: landscapes and optimizers as in Python; nothing here knows of the page.

function turned({ angle }, [x, y]) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos + y * sin, y * cos - x * sin];
}

export function lossAt(landscape, place) {
  const { a, b, c } = landscape;
  const [u, v] = turned(landscape, place);
  return (a * u ** 2) / 2 + (b * v ** 2) / 2 + (c * v ** 4) / 4;
}

/** The gradient with its noise; `draw` holds two standard normal numbers. */
export function gradientAt(landscape, place, draw) {
  const { a, b, c, angle, noise } = landscape;
  const [u, v] = turned(landscape, place);
  const [du, dv] = [a * u, b * v + c * v ** 3];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * du - sin * dv + noise * draw[0], sin * du + cos * dv + noise * draw[1]];
}

/** The distance to the nearest minimum. */
export function distanceTo({ minima }, [x, y]) {
  return Math.min(...minima.map(([mx, my]) => Math.hypot(x - mx, y - my)));
}

/** Move a fading mean, which starts from 0, towards `value`; return where it is now. */
function fade(state, name, keep, value) {
  state[name] ??= 0;
  state[name] += (1 - keep) * (value - state[name]);
  return state[name];
}

function sgd(s, g, rate, t, { momentum, nesterov }) {
  if (!momentum) return -rate * g;
  s.v = momentum * (s.v ?? 0) - rate * g;
  return nesterov ? momentum * s.v - rate * g : s.v;
}

function adam(s, g, rate, t, { beta_1, beta_2, epsilon, amsgrad }) {
  const m = fade(s, "m", beta_1, g);
  let v = fade(s, "v", beta_2, g * g);
  if (amsgrad) v = s.largest = Math.max(s.largest ?? 0, v);
  const correction = Math.sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t);
  return (-rate * correction * m) / (Math.sqrt(v) + epsilon);
}

/** What each optimizer adds to one parameter: from its state, gradient, rate, step and options. */
const RULES = {
  SGD: sgd,
  AveragedSGD: (s, g, rate) => -rate * g,
  Adagrad(s, g, rate, t, { initial_accumulator_value, epsilon }) {
    s.a = (s.a ?? initial_accumulator_value) + g * g;
    return (-rate * g) / Math.sqrt(s.a + epsilon);
  },
  Adadelta(s, g, rate, t, { rho, epsilon }) {
    const a = fade(s, "a", rho, g * g);
    const d = -Math.sqrt(((s.b ?? 0) + epsilon) / (a + epsilon)) * g;
    fade(s, "b", rho, d * d);
    return rate * d;
  },
  RMSprop(s, g, rate, t, { rho, momentum, epsilon, centered }) {
    const a = fade(s, "a", rho, g * g);
    const mean = centered ? fade(s, "mean", rho, g) : 0;
    const d = (rate * g) / Math.sqrt(a - mean * mean + epsilon);
    s.v = momentum * (s.v ?? 0) + d;
    return -s.v;
  },
  Adam: adam,
  AdamW: adam,
  Adamax(s, g, rate, t, { beta_1, beta_2, epsilon }) {
    const m = fade(s, "m", beta_1, g);
    s.u = Math.max(beta_2 * (s.u ?? 0), Math.abs(g));
    return ((-rate / (1 - beta_1 ** t)) * m) / (s.u + epsilon);
  },
  Nadam(s, g, rate, t, { beta_1, beta_2, epsilon }) {
    const momentum = (step) => beta_1 * (1 - 0.5 * 0.96 ** step);
    const [now, next] = [momentum(t), momentum(t + 1)];
    s.product = (s.product ?? 1) * now;
    const m = fade(s, "m", beta_1, g);
    const v = fade(s, "v", beta_2, g * g) / (1 - beta_2 ** t);
    const ahead = (next * m) / (1 - s.product * next) + ((1 - now) * g) / (1 - s.product);
    return (-rate * ahead) / (Math.sqrt(v) + epsilon);
  },
};

/** The places of one racer, the start first; it stops where it is lost. */
export function race(landscape, racer, rate, start, noise, lost) {
  const [states, decay] = [[{}, {}], racer.options.weight_decay ?? 0];
  let [place, mean] = [start, [0, 0]];
  const path = [start];
  for (let t = 1; t <= noise.length; t++) {
    const gradient = gradientAt(landscape, place, noise[t - 1]);
    place = place.map((w, k) => {
      const kept = w - rate * decay * w;
      return kept + RULES[racer.rule](states[k], gradient[k], rate, t, racer.options);
    });
    mean = mean.map((m, k) => m + (place[k] - m) / t);
    path.push(racer.rule === "AveragedSGD" ? mean : place);
    if (!(Math.hypot(...place) < lost)) break;
  }
  return path;
}

/** The step from which on a path stays near a minimum; `null` where it never does. */
export function stepsToArrive(landscape, path, arrived) {
  const near = (place) => distanceTo(landscape, place) <= arrived;
  let first = path.length;
  while (first > 0 && near(path[first - 1])) first -= 1;
  return first < path.length ? first : null;
}

/** The rate with which a racer arrives first or, if never, ends nearest. */
export function bestRate(landscape, racer, rates, start, noise, { lost, arrived }) {
  let [best, shortest, nearest] = [rates[0], Infinity, Infinity];
  for (const rate of rates) {
    const path = race(landscape, racer, rate, start, noise, lost);
    const steps = stepsToArrive(landscape, path, arrived) ?? Infinity;
    const end = distanceTo(landscape, path.at(-1));
    if (steps < shortest || (steps === shortest && end < nearest))
      [best, shortest, nearest] = [rate, steps, end];
  }
  return best;
}
