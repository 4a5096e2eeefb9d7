"""Wrong answers to lesson 16 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio

from medtutor.exercises import lesson_16


def decibels(error, data_range=255):
    return 10 * np.log10(data_range**2 / error)


def differences(a, b):
    return np.asarray(a, float) - np.asarray(b, float)


def pixel_by_pixel(reference, image, data_range):
    squares = [(float(a) - float(b)) ** 2 for a, b in zip(reference.flat, image.flat, strict=True)]
    return 10 * (2 * np.log10(data_range) - np.log10(sum(squares) / len(squares)))


def by_skimage(reference, image, data_range):
    pair = np.asarray(reference, float), np.asarray(image, float)
    return peak_signal_noise_ratio(*pair, data_range=data_range)


def two_draws(image, sigma, rng):
    real = image + sigma * rng.standard_normal(image.shape)
    imaginary = sigma * rng.standard_normal(image.shape)
    return np.sqrt(real**2 + imaginary**2)


def complex_numbers(image, sigma, rng):
    n = rng.normal(scale=sigma, size=(2, *image.shape))
    return np.abs(image + n[0] + 1j * n[1])


def one_number(image, sigma, rng):
    return np.hypot(image + rng.normal(0, sigma), rng.normal(0, sigma))


def own_generator(image, sigma, rng):
    return two_draws(image, sigma, np.random.default_rng(3))


def same_draw(image, sigma, rng):
    draw = rng.normal(0, sigma, image.shape)
    return np.sqrt((image + draw) ** 2 + draw**2)


def after_the_root(image, sigma, rng):
    return np.sqrt(image**2.0) + rng.normal(0, sigma, image.shape)


def in_whole_numbers(image, sigma, rng):
    result = np.zeros_like(image)
    result[:] = two_draws(image, sigma, rng)
    return result


def rows_and_columns(image, sigma, rng):
    rows, columns = image.shape
    return two_draws(image, sigma, rng).reshape(rows, columns)


def one_part_fixed(image, sigma, rng):
    own = np.random.default_rng(0).normal(0, sigma, image.shape)
    return np.hypot(image + rng.normal(0, sigma, image.shape), own)


def in_place(image, sigma, rng):
    result = two_draws(image, sigma, rng)
    image[:] = 0
    return result


def sigmoid(o):
    return 1 / (1 + np.exp(-np.asarray(o, float)))


def ring_of(mask, near=3.0, far=5.0):
    away = ndimage.distance_transform_edt(~mask)
    return (away >= near) & (away <= far)


def kept(clean, denoised, mask, ring):
    before, after = (np.asarray(i, float) for i in (clean, denoised))
    return (after[mask].mean() - after[ring].mean()) / (before[mask].mean() - before[ring].mean())


def by_every_pixel(clean, denoised, mask):
    lesion = np.argwhere(mask)
    away = [np.sqrt(((lesion - p) ** 2).sum(axis=1)).min() for p in np.ndindex(mask.shape)]
    away = np.reshape(away, mask.shape)
    return kept(clean, denoised, mask, (away >= 3) & (away <= 5))


def without_soft_rim(clean, denoised, mask):
    return kept(clean, denoised, mask, ring_of(mask, 1, 5))


def pixel_by_pixel_kept(clean, denoised, mask):
    ring = ring_of(mask)
    before, after = (np.asarray(i, float) for i in (clean, denoised))
    return np.mean((after[mask] - after[ring].mean()) / (before[mask] - before[ring].mean()))


def best(filters, choose, measure, mean=True):
    """Choose on one pair of noisy and clean images, measure on another."""

    def score(function, setting, noisy, clean):
        cleared = np.array([function(image, setting) for image in noisy])
        if not mean:
            return decibels(np.mean((clean - cleared) ** 2), 1)
        return np.mean(decibels(((clean - cleared) ** 2).mean(axis=(1, 2)), 1))

    found = {(n, s): score(f, s, *choose) for n, (f, all_s) in filters.items() for s in all_s}
    name, setting = max(found, key=found.get)
    return name, setting, score(filters[name][0], setting, *measure)


def one_loop(filters, noisy_val, clean_val, noisy_test, clean_test):
    record, choice = -np.inf, None
    for name, (function, settings) in filters.items():
        for setting in settings:
            pairs = zip(clean_val, noisy_val, strict=True)
            each = [by_skimage(c, function(x, setting), 1) for c, x in pairs]
            if np.mean(each) > record:
                record, choice = np.mean(each), (name, setting)
    function = filters[choice[0]][0]
    pairs = zip(clean_test, noisy_test, strict=True)
    return [*choice, np.mean([by_skimage(c, function(x, choice[1]), 1) for c, x in pairs])]


def last_of_equals(filters, *images):
    return one_loop(dict(reversed(filters.items())), *images)


def by_the_first_image(filters, noisy_val, clean_val, *test):
    return one_loop(filters, noisy_val[:1], clean_val[:1], *test)


def by_all_pixels(filters, noisy_val, clean_val, *test):
    name, setting, _ = best(filters, (noisy_val, clean_val), test, mean=False)
    return one_loop({name: (filters[name][0], (setting,))}, noisy_val, clean_val, *test)


def by_the_mean_setting(filters, noisy_val, clean_val, *test):
    def mean_over_settings(name):
        function, settings = filters[name]
        pairs = noisy_val, clean_val
        return np.mean([best({name: (function, (s,))}, pairs, pairs)[2] for s in settings])

    name = max(filters, key=mean_over_settings)
    return one_loop({name: filters[name]}, noisy_val, clean_val, *test)


LESSON = lesson_16

RIGHT = [
    ("psnr", pixel_by_pixel),
    ("psnr", by_skimage),
    ("psnr", lambda a, b, r: -10 * np.log10(np.mean((differences(a, b) / r) ** 2))),
    ("rician", two_draws),
    ("rician", complex_numbers),
    ("generator_loss", lambda o: np.logaddexp(0, -o.astype(float)).mean()),
    (
        "generator_loss",
        lambda o: np.mean(np.maximum(-o, 0) + np.log1p(np.exp(-np.abs(o.astype(float))))),
    ),
    ("contrast_kept", by_every_pixel),
    ("contrast_kept", lambda c, d, m: kept(c, d, m, ring_of(m))),
    ("best_then_test", lambda f, nv, cv, nt, ct: best(f, (nv, cv), (nt, ct))),
    ("best_then_test", one_loop),
]

WRONG = [
    ("psnr", lambda a, b, r: 10 * np.log(r**2 / np.mean(differences(a, b) ** 2)), "to base 10"),
    ("psnr", lambda a, b, r: decibels(np.mean((a - b) ** 2), r), "10 - 12 is 254"),
    ("psnr", lambda a, b, r: decibels(np.mean((a - b).astype(float) ** 2), r), "convert to float"),
    ("psnr", lambda a, b, r: decibels(np.sqrt(np.mean(differences(a, b) ** 2)), r), "squares"),
    ("psnr", lambda a, b, r: decibels(np.abs(differences(a, b)).mean(), r), "absolute errors"),
    ("psnr", lambda a, b, r: decibels(np.sum(differences(a, b) ** 2), r), "Take their mean"),
    (
        "psnr",
        lambda a, b, r: decibels(np.mean(differences(a, b) ** 2), float(b.max())),
        "range of the format",
    ),
    (
        "psnr",
        lambda a, b, r: decibels(np.mean(differences(a, b) ** 2), max(float(a.max()), 1e-9)),
        "not the brightest pixel",
    ),
    ("psnr", lambda a, b, r: 10 * np.log10(r / np.mean(differences(a, b) ** 2)), "squared, too"),
    ("psnr", lambda a, b, r: 20 * np.log10(r**2 / np.mean(differences(a, b) ** 2)), "twice"),
    ("psnr", lambda a, b, r: 10 * np.log10(np.mean(differences(a, b) ** 2) / r**2), "upside down"),
    ("psnr", lambda a, b, r: np.log10(r**2 / np.mean(differences(a, b) ** 2)), "bels"),
    ("psnr", lambda a, b, r: decibels(np.mean(differences(a, b) ** 2)), "expected"),
    ("rician", lambda i, s, rng: i + rng.normal(0, s, i.shape), "A magnitude has none"),
    ("rician", after_the_root, "before the root"),
    ("rician", same_draw, "1.13 σ, expected 1.25 σ"),
    ("rician", lambda i, s, rng: two_draws(i, s**2, rng), "sigma**2"),
    ("rician", lambda i, s, rng: np.abs(i + rng.normal(0, s, i.shape)), "0.80 σ"),
    ("rician", lambda i, s, rng: two_draws(i, s, rng) ** 2, "the root is missing"),
    ("rician", one_number, "expected"),
    ("rician", lambda i, s, rng: two_draws(i, s, rng).ravel(), "came back in shape (60800,)"),
    ("rician", own_generator, "draw from the rng"),
    ("rician", in_whole_numbers, "expected"),
    ("rician", rows_and_columns, "in three slices"),
    ("rician", one_part_fixed, "for both parts"),
    ("rician", in_place, "changes image in place"),
    ("rician", lambda i, s, rng: two_draws(i.mean() + 0 * i, s, rng), "expected"),
    ("rician", 3, "a function is expected"),
    ("generator_loss", lambda o: np.mean(np.log(1 - sigmoid(o))), "saturating"),
    ("generator_loss", lambda o: np.logaddexp(0, o).mean(), "D's side"),
    ("generator_loss", lambda o: np.logaddexp(0, -sigmoid(o)).mean(), "sigmoid twice"),
    ("generator_loss", lambda o: np.logaddexp(0, -o.astype(float)).sum(), "not the sum"),
    ("generator_loss", lambda o: -np.logaddexp(0, -o.astype(float)).mean(), "minus is missing"),
    ("generator_loss", lambda o: -o.mean(), "Wasserstein"),
    ("generator_loss", lambda o: np.maximum(-o, 0).mean(), "expected"),
    ("generator_loss", lambda o: np.logaddexp(0, -o.astype(float)).sum() / len(o), "whole numbers"),
    ("generator_loss", lambda o: np.logaddexp(0, -o.astype(float)), "single number"),
    ("generator_loss", lambda o: np.mean(-np.log(sigmoid(o.clip(-500)))), "expected 333"),
    ("contrast_kept", lambda c, d, m: kept(c, d, m, ~m), "air counts as surroundings"),
    ("contrast_kept", without_soft_rim, "Begin at a distance of 3"),
    ("contrast_kept", lambda c, d, m: kept(c, d, m, ring_of(m, 1, 3)), "soft rim"),
    ("contrast_kept", lambda c, d, m: kept(d, c, m, ring_of(m)), "upside down"),
    ("contrast_kept", lambda c, d, m: kept(c, d, m, ring_of(m, 3.001)), "both belong"),
    ("contrast_kept", lambda c, d, m: abs(kept(c, d, m, ring_of(m))), "share is negative"),
    ("contrast_kept", pixel_by_pixel_kept, "divide pixel by pixel"),
    (
        "contrast_kept",
        lambda c, d, m: np.asarray(d, float)[m].mean() / np.asarray(c, float)[m].mean(),
        "brightness",
    ),
    (
        "contrast_kept",
        lambda c, d, m: (
            np.abs(d[m] - np.asarray(d, float)[ring_of(m)].mean()).mean()
            / np.abs(c[m] - np.asarray(c, float)[ring_of(m)].mean()).mean()
        ),
        "noise counts as contrast",
    ),
    ("best_then_test", last_of_equals, "Of equal ones the first counts"),
    ("best_then_test", by_the_first_image, "the first validation image alone"),
    ("best_then_test", by_all_pixels, "all pixels together"),
    ("best_then_test", by_the_mean_setting, "expected 'darken'"),
    (
        "best_then_test",
        lambda f, nv, cv, nt, ct: best(f, (nt, ct), (nt, ct)),
        "choose on the test patients",
    ),
    (
        "best_then_test",
        lambda f, nv, cv, nt, ct: best(f, (nv, cv), (nv, cv)),
        "that of the validation images",
    ),
    (
        "best_then_test",
        lambda f, nv, cv, nt, ct: best(f, (nv, cv), (nt, ct), mean=False),
        "pool the pixels",
    ),
    (
        "best_then_test",
        lambda f, nv, cv, nt, ct: best(f, (nv, nv), (nt, nt)),
        "compare with the noisy images",
    ),
    (
        "best_then_test",
        lambda f, nv, cv, nt, ct: best(
            {name: (g, s[:1]) for name, (g, s) in f.items()}, (nv, cv), (nt, ct)
        ),
        "first setting",
    ),
    (
        "best_then_test",
        lambda f, nv, cv, nt, ct: best(f, (nv, cv), (nt, ct))[:2],
        "holds 2 values, expected 3",
    ),
]


def nothing(*arguments):
    """Stand for a function whose body isn't written yet."""


BLANK_FUNCTIONS = [
    (name, nothing)
    for name in ("psnr", "rician", "generator_loss", "contrast_kept", "best_then_test")
]


def test_an_error_within_the_noise_names_the_line_of_the_answer():
    """The check measures the noise, but the line that fails is the learner's."""
    said = lesson_16.rician.verdict(rows_and_columns).message
    assert "rows, columns = image.shape" in said
