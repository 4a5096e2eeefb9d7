"""Exercises of lesson 16, Making images: cleaning, sharpening, inventing."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns


def _decibels(error: Any, data_range: Any) -> float:
    return float(10 * np.log10(float(data_range) ** 2 / error))


def _error(reference: Any, image: Any) -> np.ndarray:
    return np.asarray(reference, float) - np.asarray(image, float)


def _psnr(reference: Any, image: Any, data_range: Any) -> float:
    return _decibels(np.mean(_error(reference, image) ** 2), data_range)


def _wrapped_difference(reference: Any, image: Any, data_range: Any) -> float:
    wrapped = np.asarray(reference) - np.asarray(image)
    return _decibels(np.mean(wrapped.astype(float) ** 2), data_range)


def _wrapped_square(reference: Any, image: Any, data_range: Any) -> float:
    wrapped = np.asarray(reference) - np.asarray(image)
    return _decibels(np.mean(wrapped**2), data_range)


_RANDOM = np.random.default_rng(16)
_BYTES = _RANDOM.integers(0, 200, (5, 7)).astype(np.uint8)
_OTHER_BYTES = (_BYTES + _RANDOM.integers(0, 55, (5, 7))).astype(np.uint8)
_SHARES = _RANDOM.random((6, 4))

psnr = Exercise(
    id="psnr",
    lesson="16",
    hints=(
        "First the mean of the squared errors. In which type do you subtract?",
        "reference.astype(float) - image.astype(float): in uint8, 10 - 12 is 254.",
        "10 * np.log10(data_range**2 / error), where error is the mean of the squares.",
    ),
    checks=(
        returns(
            _psnr,
            case(
                "the images worked by hand",
                np.array([[10.0, 20], [30, 40]]),
                np.array([[12.0, 18], [30, 44]]),
                255,
            ),
            case(
                "two images of 8 bits",
                _BYTES,
                _OTHER_BYTES,
                255,
                tip="In uint8 a difference below 0 begins again at 255: convert to float first.",
            ),
            case("shares", _SHARES, _SHARES * 0.9 + 0.02, 1),
            case("shares in float32", _SHARES.astype("float32"), 0.8 * _SHARES, 1.0),
            case(
                "12 bits in int16",
                np.array([[0, 4000, 700], [9, 2, 1]], np.int16),
                np.array([[100, 3000, 1], [7, 2, 400]], np.int16),
                4095,
            ),
            case("images worse than nothing", np.zeros((2, 3)), np.full((2, 3), 3.0), 1),
            mistakes=(
                Mistake(
                    lambda a, b, r: float(10 * np.log(r**2 / np.mean(_error(a, b) ** 2))),
                    "Decibels take the logarithm to base 10: np.log10, not np.log.",
                ),
                *(
                    Mistake(
                        wrong,
                        "You subtract or square in whole numbers of few bits, where 10 - 12 is "
                        "254 and large squares begin again at 0; convert to float first.",
                    )
                    for wrong in (_wrapped_difference, _wrapped_square)
                ),
                Mistake(
                    lambda a, b, r: _decibels(np.sqrt(np.mean(_error(a, b) ** 2)), r),
                    "You divide by the root of the error. Take the mean of the *squares* itself.",
                ),
                Mistake(
                    lambda a, b, r: _decibels(np.mean(np.abs(_error(a, b))), r),
                    "You take the mean of absolute errors. Take the mean of their squares.",
                ),
                Mistake(
                    lambda a, b, r: _decibels(np.sum(_error(a, b) ** 2), r),
                    "You add the squares up. Take their mean: a large image isn't a worse one.",
                ),
                *(
                    Mistake(
                        wrong,
                        "You take the range from the pixels. L is the range of the format, which "
                        "data_range says, not the brightest pixel.",
                    )
                    for wrong in (
                        lambda a, b, r: _psnr(a, b, max(np.max(b), 1e-9)),
                        lambda a, b, r: _psnr(a, b, max(np.max(a), 1e-9)),
                        lambda a, b, r: _psnr(a, b, max(float(np.ptp(a)), 1e-9)),
                        lambda a, b, r: _psnr(a, b, max(float(np.ptp(b)), 1e-9)),
                    )
                ),
                Mistake(
                    lambda a, b, r: _decibels(np.mean(_error(a, b) ** 2), np.sqrt(r)),
                    "The range is squared, too: data_range**2 over the mean squared error.",
                ),
                Mistake(
                    lambda a, b, r: 2 * _psnr(a, b, r),
                    "Your result is twice too large: 10 times the logarithm where the range is "
                    "squared (20 times goes with roots).",
                ),
                Mistake(
                    lambda a, b, r: -_psnr(a, b, r),
                    "The fraction stands upside down: a smaller error must give more decibels.",
                ),
                Mistake(
                    lambda a, b, r: _psnr(a, b, r) / 10,
                    "These are bels. One bel is 10 decibels.",
                ),
            ),
        ),
    ),
    takeaway="Without its range a PSNR can't be read: state it, always.",
)


def _rician(image: Any, sigma: float, rng: np.random.Generator) -> np.ndarray:
    shape = np.shape(image)
    return np.hypot(image + rng.normal(0, sigma, shape), rng.normal(0, sigma, shape))


_Noise = Callable[[Any, float, np.random.Generator], Any]


_PIXELS = 190 * 160


def _measured(noise: _Noise) -> Callable[..., Any]:
    """Return what noise does to an image of plain parts: mean and spread of each part."""

    @wraps(noise)  # so that an error names the learner's line
    def measure(image: np.ndarray, sigma: float, seed: int) -> Any:
        before = image.copy()
        result = noise(image, sigma, np.random.default_rng(seed))
        if result is None or result is Ellipsis:
            return result
        if np.shape(result) != before.shape:
            raise ValueError(
                f"an image of shape {before.shape} came back in shape {np.shape(result)}"
            )
        parts = [np.asarray(result)[before == level] for level in np.unique(before)]
        return np.array([[np.mean(part), np.std(part)] for part in parts]).ravel()

    return measure


def _plain_parts(levels: list[float], *shape: int) -> np.ndarray:
    return np.repeat(levels, _PIXELS).reshape(shape)


def _one_draw(image: Any, sigma: float, rng: np.random.Generator) -> np.ndarray:
    draw = rng.normal(0, sigma, np.shape(image))
    return np.hypot(image + draw, draw)


def _noise_check(answer: Any) -> str | None:
    """Compare the noise by its mean and spread: no two programs draw alike."""
    return _noise_statistics(_measured(answer) if callable(answer) else answer)


_noise_statistics = returns(
    _measured(_rician),
    case("air and tissue, each plain, σ = 0.08", _plain_parts([0, 0.5], 380, 160), 0.08, 3),
    case("three levels in three slices, σ = 0.3", _plain_parts([0, 0.4, 2.0], 3, 190, 160), 0.3, 3),
    case("whole numbers in a row, σ = 6", _plain_parts([0, 100], 2 * _PIXELS), 6.0, 3),
    names=(),
    rtol=0.03,
    mistakes=(
        Mistake(
            _measured(lambda image, sigma, rng: image + rng.normal(0, sigma, image.shape)),
            "Your noise is Gaussian: the mean in air is 0, and some values are negative. A "
            "magnitude has none: noise comes on both parts, before the root.",
        ),
        Mistake(
            _measured(lambda image, sigma, rng: np.abs(image + rng.normal(0, sigma, image.shape))),
            "The mean in air is 0.80 σ, expected 1.25 σ: the second part has noise, too.",
        ),
        Mistake(
            _measured(_one_draw),
            "The mean in air is 1.13 σ, expected 1.25 σ: the two parts need two independent draws.",
        ),
        Mistake(
            _measured(lambda image, sigma, rng: _rician(image, sigma**2, rng)),
            "The spread of your noise is sigma**2. rng.normal takes the spread, sigma itself.",
        ),
        Mistake(
            _measured(lambda image, sigma, rng: _rician(image, np.sqrt(sigma), rng)),
            "The spread of your noise is the root of sigma. rng.normal takes sigma itself.",
        ),
        Mistake(
            _measured(lambda image, sigma, rng: _rician(image, sigma, rng) ** 2),
            "These are squares: the root is missing.",
        ),
        Mistake(
            _measured(
                lambda image, sigma, rng: np.hypot(
                    image + rng.normal(0, sigma, image.shape),
                    image + rng.normal(0, sigma, image.shape),
                )
            ),
            "The signal stands in both parts, so tissue becomes √2 times too bright. It belongs "
            "into the first part alone.",
        ),
        Mistake(
            _measured(
                lambda image, sigma, rng: np.hypot(
                    image + sigma * rng.random(image.shape), sigma * rng.random(image.shape)
                )
            ),
            "Your draws are uniform, from 0 to sigma. Take rng.normal: mean 0, spread sigma.",
        ),
    ),
)


def _follows_rng(answer: Any) -> bool:
    first, again, other = (
        np.asarray(answer(np.zeros((40, 60)), 0.1, np.random.default_rng(s))) for s in (1, 1, 2)
    )
    alike = np.corrcoef(first.ravel(), other.ravel())[0, 1]  # about 0.45 where one part is fixed
    return bool(np.array_equal(first, again) and alike < 0.2)


rician = Exercise(
    id="rician",
    lesson="16",
    hints=(
        "rng.normal(0, sigma, image.shape) draws one part of the noise.",
        "You need two such draws: one is added to the signal, the other stands alone.",
        "np.hypot(a, b) is the root of a² + b².",
    ),
    checks=(
        _noise_check,
        passes(
            _follows_rng,
            "The same rng must give the same noise, and another one another noise: draw from the "
            "rng that is handed over, for both parts.",
        ),
    ),
    takeaway="In air this noise has a mean above 0. A filter keeps that; a network learns it away.",
)


def _softplus(x: Any) -> np.ndarray:
    return np.logaddexp(0, np.asarray(x, float))


def _generator_loss(logits: Any) -> float:
    return float(_softplus(-np.asarray(logits, float)).mean())


generator_loss = Exercise(
    id="generator_loss",
    lesson="16",
    hints=(
        "D(G(z)) is the sigmoid of the logit o, and -log(sigmoid(o)) = log(1 + exp(-o)).",
        "np.logaddexp(0, -o) is log(1 + exp(-o)), and never overflows.",
        "Take the mean over all logits.",
    ),
    checks=(
        returns(
            _generator_loss,
            case("six logits", np.array([-3.0, -0.5, 0, 0.7, 2, 5])),
            case("one logit of -4", np.array([-4.0])),
            case("logits (5, 1) in float32", np.array([[-2], [1], [0], [4], [-1]], "float32")),
            case("whole numbers (2, 3)", np.array([[-1, 3, 2], [0, -2, 5]])),
            case(
                "logits of -1000 and 800",
                np.array([-1000.0, 800.0, 3.0]),
                tip="The sigmoid of -1000 is 0 in a computer, and its logarithm infinite: stay "
                "with the logit.",
            ),
            mistakes=(
                Mistake(
                    lambda o: float(-_softplus(o).mean()),
                    "This is log(1 - D), the saturating form: at a logit of -4 its slope is "
                    "-0.018, and G hardly learns. Take -log D.",
                ),
                Mistake(
                    lambda o: float(_softplus(o).mean()),
                    "Your loss is smallest where D sees through the fakes: that is D's side. The "
                    "sign of the logit must turn.",
                ),
                Mistake(
                    lambda o: float(_softplus(-1 / (1 + np.exp(-np.clip(o, -500, 500)))).mean()),
                    "You take the sigmoid twice. Your formula takes logits: leave the sigmoid out.",
                ),
                Mistake(
                    lambda o: float(_softplus(-np.asarray(o, float)).sum()),
                    "Twice the batch would mean twice the loss: take the mean, not the sum.",
                ),
                Mistake(
                    lambda o: float(-_softplus(-np.asarray(o, float)).mean()),
                    "This is log D, which is below 0. A loss gets smaller where G does better: "
                    "the minus is missing.",
                ),
                Mistake(
                    lambda o: float(-np.asarray(o, float).mean()),
                    "You take the logits themselves (as a Wasserstein GAN does). Here the loss is "
                    "-log of D's probability.",
                ),
            ),
        ),
    ),
    takeaway="Where D is sure of a fake, this loss is steep: there G has most to learn.",
)


def _rings(mask: np.ndarray, near: float, far: float) -> np.ndarray:
    away = ndimage.distance_transform_edt(~mask)
    return (away >= near) & (away <= far)


def _contrast(image: Any, mask: np.ndarray, ring: np.ndarray) -> float:
    values = np.asarray(image, float)
    return float(values[mask].mean() - values[ring].mean())


def _share(ring_of: Callable[[np.ndarray], np.ndarray]) -> Callable[..., float]:
    """Return the share of contrast that is kept, with another idea of the surroundings."""

    def contrast_kept(clean: Any, denoised: Any, mask: np.ndarray) -> float:
        ring = ring_of(mask)
        return _contrast(denoised, mask, ring) / _contrast(clean, mask, ring)

    return contrast_kept


_kept = _share(lambda mask: _rings(mask, 3, 5))


def _pixel_by_pixel(clean: Any, denoised: Any, mask: np.ndarray) -> float:
    ring = _rings(mask, 3, 5)
    before, after = (
        np.asarray(image, float)[mask] - np.asarray(image, float)[ring].mean()
        for image in (clean, denoised)
    )
    return float((after / before).mean())


def _absolute(clean: Any, denoised: Any, mask: np.ndarray) -> float:
    ring = _rings(mask, 3, 5)
    before, after = (
        np.abs(np.asarray(image, float)[mask] - np.asarray(image, float)[ring].mean()).mean()
        for image in (clean, denoised)
    )
    return float(after / before)


def _wide(mask: np.ndarray, times: int) -> np.ndarray:
    return ndimage.binary_dilation(mask, np.ones((3, 3)), iterations=times)


def _slice(shape: tuple[int, int], level: float, noise: float, seed: int) -> tuple[np.ndarray, ...]:
    """Return a head in air with a lesion of soft rim, the same cleaned, and the mask."""
    rng = np.random.default_rng(seed)
    y, x = np.indices(shape)
    height, width = shape
    head = np.hypot((y - height / 2) / height, (x - width / 2) / width) < 0.45
    away = np.hypot(y - 0.45 * height, x - 0.4 * width)
    lesion = 1 / (1 + np.exp(away - 4))
    clean = np.where(head, 0.45 + (level - 0.45) * lesion, 0.02)
    return clean, 0.9 * clean + rng.normal(0, noise, shape) + 0.03, away < 4


_HEAD, _CLEANED, _LESION = _slice((40, 33), 0.9, 0.05, 2)
_DARK, _DARK_CLEANED, _DARK_LESION = _slice((36, 44), 0.1, 0.15, 1)
_TURNED_ROUND = 0.6 - 0.3 * _HEAD + 4 * (_CLEANED - 0.9 * _HEAD - 0.03)
_TWO = _LESION | np.roll(_LESION, (11, 5), (0, 1))

contrast_kept = Exercise(
    id="contrast_kept",
    lesson="16",
    hints=(
        "ndimage.distance_transform_edt(~mask) gives each pixel's distance to the lesion.",
        "The ring holds the pixels with a distance from 3 to 5, both included.",
        "The contrast is image[mask].mean() - image[ring].mean(). Divide that of the denoised "
        "image by that of the clean one.",
    ),
    checks=(
        returns(
            _kept,
            case("a bright lesion", _HEAD, _CLEANED, _LESION),
            case("a dark lesion in float32", _DARK.astype("float32"), _DARK_CLEANED, _DARK_LESION),
            case(
                "two lesions, 8 bits",
                np.rint(200 * _HEAD).astype(np.uint8),
                np.rint(200 * _CLEANED.clip(0, 1)).astype(np.uint8),
                _TWO,
            ),
            case(
                "a lesion that turned round",
                _HEAD,
                _TURNED_ROUND,
                _LESION,
                tip="Where the lesion is now darker than its surroundings, the share is negative.",
            ),
            mistakes=(
                Mistake(
                    _share(lambda mask: ~mask),
                    "You compare with all the rest of the image, so air counts as surroundings. "
                    "Take the ring alone.",
                ),
                *(
                    Mistake(
                        _share(partial(_rings, near=near, far=5)),
                        "Your ring touches the lesion, whose rim is soft for about two pixels. "
                        "Begin at a distance of 3.",
                    )
                    for near in (0.5, 2)
                ),
                Mistake(
                    _share(lambda mask: _rings(mask, 0.5, 3)),
                    "Your ring is the lesion's own soft rim. It goes from a distance of 3 to 5.",
                ),
                *(
                    Mistake(
                        _share(ring),
                        "The distances 3 and 5 both belong to the ring: use >= and <=.",
                    )
                    for ring in (
                        lambda mask: _rings(mask, 3 + 1e-9, 5),
                        lambda mask: _rings(mask, 3, 5 - 1e-9),
                        lambda mask: _rings(mask, 3 + 1e-9, 5 - 1e-9),
                    )
                ),
                Mistake(
                    _share(lambda mask: _wide(mask, 5) & ~_wide(mask, 2)),
                    "You widen the lesion by squares, so corners are farther away than 5 pixels. "
                    "Measure distances: ndimage.distance_transform_edt(~mask).",
                ),
                Mistake(
                    _share(lambda mask: _rings(~mask, 3, 5)),
                    "distance_transform_edt gives distances to the nearest False. Give it ~mask.",
                ),
                Mistake(
                    lambda clean, denoised, mask: 1 / _kept(clean, denoised, mask),
                    "Your share stands upside down: denoised over clean.",
                ),
                Mistake(
                    _pixel_by_pixel,
                    "You divide pixel by pixel, and the soft rim, with hardly any contrast, counts "
                    "most. Take the means first, then divide.",
                ),
                Mistake(
                    _absolute,
                    "You take the absolute value of each pixel's difference, so noise counts as "
                    "contrast. Take the means first, then their difference.",
                ),
                Mistake(
                    lambda clean, denoised, mask: abs(_kept(clean, denoised, mask)),
                    "A lesion that turned from bright to dark isn't kept: the share is negative.",
                ),
                Mistake(
                    lambda clean, denoised, mask: (
                        np.asarray(denoised, float)[mask].mean()
                        / np.asarray(clean, float)[mask].mean()
                    ),
                    "You divide the lesion's brightness. Its contrast is the difference to the "
                    "ring.",
                ),
                Mistake(
                    lambda clean, denoised, mask: _contrast(denoised, mask, _rings(mask, 3, 5)),
                    "This is the denoised lesion's contrast. Divide it by the clean one's.",
                ),
                Mistake(
                    lambda clean, denoised, mask: (
                        _contrast(denoised, mask, _rings(mask, 3, 5))
                        - _contrast(clean, mask, _rings(mask, 3, 5))
                    ),
                    "This is how much contrast was lost. What share is left: divide.",
                ),
            ),
        ),
    ),
    takeaway="A number for the lesion, beside those for the image: report both.",
)


def _mean_psnr(clean: np.ndarray, images: Any) -> float:
    return float(np.mean([_psnr(a, b, 1) for a, b in zip(clean, images, strict=True)]))


_Score = Callable[[Any, Any], float]


def _chooser(
    score: _Score = _mean_psnr, pick: Callable[..., int] = lambda val, test: int(np.argmax(val))
) -> Callable[..., tuple[str, Any, float]]:
    """Return the choice on validation images, measured on test ones; parts of it may go wrong."""

    def best_then_test(
        filters: dict[str, Any], noisy_val: Any, clean_val: Any, noisy_test: Any, clean_test: Any
    ) -> tuple[str, Any, float]:
        pairs = [(name, s) for name, (_, settings) in filters.items() for s in settings]

        def scores(noisy: Any, clean: Any) -> list[float]:
            cleared = ([filters[name][0](x, s) for x in noisy] for name, s in pairs)
            return [score(clean, images) for images in cleared]

        val, test = scores(noisy_val, clean_val), scores(noisy_test, clean_test)
        best = pick(val, test)
        return pairs[best][0], pairs[best][1], test[best]

    return best_then_test


_best = _chooser()


def _chosen_by(score: _Score) -> Callable[..., tuple[str, Any, float]]:
    """Return a race whose choice has another measure, and whose last number is right."""

    def best_then_test(filters: dict[str, Any], *images: Any) -> tuple[str, Any, float]:
        name, setting, _ = _chooser(score)(filters, *images)
        return _best({name: (filters[name][0], (setting,))}, *images)

    return best_then_test


def _pooled(clean: np.ndarray, images: Any) -> float:
    return _psnr(clean, np.asarray(images), 1)


def _first_psnr(clean: np.ndarray, images: Any) -> float:
    return _psnr(clean[0], images[0], 1)


def _on_validation(filters: Any, noisy_val: Any, clean_val: Any, *_: Any) -> tuple:
    return _best(filters, noisy_val, clean_val, noisy_val, clean_val)


def _own_reference(filters: Any, noisy_val: Any, _: Any, noisy_test: Any, __: Any) -> tuple:
    return _best(filters, noisy_val, noisy_val, noisy_test, noisy_test)


def _first_setting(filters: Any, *images: Any) -> tuple:
    return _best({name: (f, settings[:1]) for name, (f, settings) in filters.items()}, *images)


def _last_filter(filters: Any, *images: Any) -> tuple:
    name = list(filters)[-1]
    return _best({name: filters[name]}, *images)


def _smoothed(image: np.ndarray, share: float) -> np.ndarray:
    return (1 - share) * image + share * np.mean(image)


def _darker(image: np.ndarray, step: float) -> np.ndarray:
    return np.maximum(image - step, 0)


def _few_images(seed: int, bright: float, bias: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    clean = rng.random((3, 5, 7)) * np.array([0.05, 0.4, bright]).reshape(3, 1, 1)
    noise = rng.normal(0, 1, clean.shape) * np.array([0.02, 0.1, 0.25]).reshape(3, 1, 1)
    return clean + bias + noise, clean


def _curved(image: np.ndarray, power: float) -> np.ndarray:
    return np.abs(image) ** power


_VAL, _TEST = _few_images(0, 0.3, 0.1), _few_images(50, 0.9, 0.0)
_FILTERS = {
    "curve": (_curved, (1.1, 1.5, 2.0)),
    "smooth": (_smoothed, (0.4, 0.1, 0.6, 0.8)),
    "darken": (_darker, (0.04, 0.09, 0.02, 0.2)),
}
# The first image alone, and a filter's mean over its settings, choose otherwise than they should.
_TURNED = {
    "darken": (_darker, [0.3, 0.01, 0.1]),
    "curve": (_curved, [1.3, 3.0]),
    "smooth": (_smoothed, [0.5, 0.9, 0.2]),
}
_EQUAL_FILTERS = {
    "black": (_darker, (2.0, 3.0)),
    "also black": (_darker, (4.0,)),
    "too bright": (_darker, (-0.9,)),
}
_OTHER_VAL, _OTHER_TEST = _few_images(9, 0.9, 0.12), _few_images(8, 1.0, 0.12)

best_then_test = Exercise(
    id="best_then_test",
    lesson="16",
    hints=(
        "Go through all filters and all settings of each; clear the validation images; take the "
        "mean of their PSNR, image by image.",
        "Keep the name and the setting with the highest mean. Don't look at the test images yet.",
        "At the end clear the test images, with this filter and this setting, once.",
    ),
    checks=(
        returns(
            _best,
            case("three filters", _FILTERS, *_VAL, *_TEST),
            case("the other way round", _FILTERS, *_TEST, *_VAL),
            case(
                "equal filters",
                _EQUAL_FILTERS,
                *_VAL,
                *_TEST,
                tip="Of equal ones the first counts: only a higher mean PSNR beats it.",
            ),
            case("settings in lists", _TURNED, *_OTHER_VAL, *_OTHER_TEST),
            case(
                "one filter, one image",
                {"smooth": (_smoothed, (0.3, 0.6))},
                *(part[:1] for part in (*_VAL, *_TEST)),
            ),
            names=("the filter", "its setting", "the PSNR"),
            mistakes=(
                Mistake(
                    _chooser(pick=lambda val, test: int(np.argmax(test))),
                    "You choose on the test patients, the same that you measure on. Choose on "
                    "the validation images.",
                ),
                Mistake(
                    _on_validation,
                    "The choice is right, but this PSNR is that of the validation images, which "
                    "the choice flatters. Measure on the test images.",
                ),
                Mistake(
                    _chooser(pick=lambda val, test: int(np.argmin(val))),
                    "You keep the worst. A higher PSNR is better.",
                ),
                Mistake(
                    _chooser(score=_pooled),
                    "You pool the pixels of all images, so the worst image decides. Take each "
                    "image's PSNR, then their mean.",
                ),
                Mistake(
                    _chosen_by(_pooled),
                    "You choose by the error of all pixels together, so the worst image decides. "
                    "Take each image's PSNR, then their mean.",
                ),
                Mistake(
                    _chosen_by(_first_psnr),
                    "You choose on the first validation image alone. Take the mean over all.",
                ),
                Mistake(
                    _own_reference,
                    "You compare with the noisy images, to which the weakest filter is nearest. "
                    "Compare with the clean ones.",
                ),
                Mistake(
                    _first_setting,
                    "You try the first setting of each filter alone. Each gets its best one.",
                ),
                Mistake(
                    _last_filter,
                    "You keep the last filter, whatever the others reached. Keep the best of all.",
                ),
            ),
        ),
    ),
    takeaway="Every method gets its best setting, on validation patients; the test is asked once.",
)
