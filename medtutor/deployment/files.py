"""A trained Keras model as a LiteRT file, which runs without Keras."""

import gc
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from medtutor._checks import did_you_mean, positive, written_out
from medtutor.scratch.quantisation import dequantise, quantise

Kind = Literal["float32", "float16", "dynamic", "int8"]
Kernels = Literal["default", "builtin", "reference"]

RESOLVERS = {
    "default": "AUTO",  # XNNPACK where it exists
    "builtin": "BUILTIN_WITHOUT_DEFAULT_DELEGATES",
    "reference": "BUILTIN_REF",
}
LEAST_EXAMPLES = 20


@dataclass(frozen=True, repr=False)
class LiteModel:
    """A network as a LiteRT file in memory.

    Parameters
    ----------
    content : bytes
        The file, as :func:`convert` makes it.

    Notes
    -----
    Taught in lesson 19.
    """

    content: bytes

    @classmethod
    def load(cls, path: str | Path) -> "LiteModel":
        """Read a file that :meth:`save` wrote, or any other LiteRT file of one input and output.

        Raises
        ------
        ValueError
            Where the file holds something else.
        """
        content = written_out(path).read_bytes()
        if content[4:8] != b"TFL3":
            raise ValueError(f"{Path(path).name} is no LiteRT file; give one that convert made")
        return cls(content)

    def save(self, path: str | Path) -> Path:
        """Write the file to ``path``, usually ``….tflite``, and return it."""
        path = written_out(path)
        path.write_bytes(self.content)
        return path

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)

    @property
    def version(self) -> str:
        """First 12 digits of the file's SHA-256: another file has another one."""
        return sha256(self.content).hexdigest()[:12]

    @cached_property
    def _input(self) -> dict[str, Any]:
        return self.interpreter().get_input_details()[0]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one image, (H, W, C)."""
        return tuple(map(int, self._input["shape"][1:]))

    def interpreter(
        self, *, threads: int = 1, kernels: Kernels = "default", keep_tensors: bool = False
    ) -> Any:
        """Return TensorFlow's interpreter of the file, ready to run.

        Parameters
        ----------
        threads : int
            Cores that it may use.
        kernels : {"default", "builtin", "reference"}
            Whose arithmetic: the fastest there is, LiteRT's own, or its plain reference.
        keep_tensors : bool
            Whether the numbers between the layers can be read after a run.

        Raises
        ------
        ValueError
            For kernels or a number of threads that don't exist.
        """
        positive("threads", threads)
        if kernels not in RESOLVERS:
            raise ValueError(f"no kernels {kernels!r}; {did_you_mean(kernels, RESOLVERS)}")
        with _quiet():
            import tensorflow as tf

            resolvers = tf.lite.experimental.OpResolverType
            interpreter = tf.lite.Interpreter(
                model_content=self.content,
                num_threads=threads,
                experimental_op_resolver_type=resolvers[RESOLVERS[kernels]],
                experimental_preserve_all_tensors=keep_tensors,
            )
            interpreter.allocate_tensors()
        return interpreter

    def runner(
        self, *, threads: int = 1, kernels: Kernels = "default"
    ) -> Callable[[np.ndarray], np.ndarray]:
        """Return a function from one image, (1, H, W, C), to the answer, (1, …) in float32.

        Whole numbers are made of real ones on the way in, and real ones on the way out.

        Parameters
        ----------
        threads, kernels
            As for :meth:`interpreter`.
        """
        interpreter = self.interpreter(threads=threads, kernels=kernels)
        (way_in,), (way_out,) = interpreter.get_input_details(), interpreter.get_output_details()

        def run(x: np.ndarray) -> np.ndarray:
            if np.shape(x) != (1, *self.input_shape):
                raise ValueError(
                    f"x has shape {np.shape(x)}; this file takes {(1, *self.input_shape)}"
                )
            x = np.asarray(x, np.float32)
            if way_in["dtype"] == np.int8:
                x = quantise(x, *way_in["quantization"])
            interpreter.set_tensor(way_in["index"], x)
            interpreter.invoke()
            y = interpreter.get_tensor(way_out["index"])
            return dequantise(y, *way_out["quantization"]) if y.dtype == np.int8 else y

        return run

    def predict(
        self, x: np.ndarray, *, threads: int = 1, kernels: Kernels = "default"
    ) -> np.ndarray:
        """Return the answers for images, one after the other.

        Parameters
        ----------
        x : array (N, H, W, C)
            One image or more, normalised as in training.
        threads, kernels
            As for :meth:`interpreter`.

        Returns
        -------
        array (N, …) of float32

        Raises
        ------
        ValueError
            For images of another shape.
        """
        run = self.runner(threads=threads, kernels=kernels)
        # Of no image at all, ``run`` says what it wants.
        return np.concatenate([run(image[None]) for image in np.asarray(x)] or [run(x)])

    def __repr__(self) -> str:
        return (
            f"LiteModel({self.size / 1000:.1f} kB, takes {self._input['dtype'].__name__} "
            f"{self.input_shape}, version {self.version})"
        )


def convert(model: Any, kind: Kind = "float32", *, examples: np.ndarray | None = None) -> LiteModel:
    """Write a Keras model as a LiteRT file.

    Parameters
    ----------
    model : keras.Model
        Of one input and one output, of fixed shapes.
    kind : {"float32", "float16", "dynamic", "int8"}
        Numbers as they are; weights in half precision; weights in 8 bits, the rest in float32;
        or everything in 8 bits.
    examples : array (N, H, W, C)
        For ``"int8"``: about 100 training images, normalised as in training. The range of what each
        layer says to them gives its scale and zero point.

    Returns
    -------
    LiteModel

    Raises
    ------
    ValueError
        For an unknown kind, missing or unfit examples, what is no such model, and a model that
        can't be written.

    Notes
    -----
    Taught in lesson 19.
    """
    if kind not in get_args(Kind):
        raise ValueError(f"no kind of file {kind!r}; {did_you_mean(kind, get_args(Kind))}")
    shapes = [getattr(model, name, None) for name in ("input_shape", "output_shape")]
    if not all(isinstance(shape, tuple) and None not in shape[1:] for shape in shapes):
        raise ValueError(
            f"{model!r:.50} takes {shapes[0]} and gives {shapes[1]}; give a built keras.Model of "
            "one input and one output of fixed shapes, such as (None, 64, 64, 1) and (None, 2)"
        )
    images: Any = _checked_examples(examples, model.input_shape) if kind == "int8" else None
    with _quiet():
        import tensorflow as tf

        try:
            converter = tf.lite.TFLiteConverter.from_concrete_functions([_of_one(model)])
            if kind != "float32":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if kind == "float16":
                converter.target_spec.supported_types = [tf.float16]
            if kind == "int8":
                converter.representative_dataset = lambda: ([image[None]] for image in images)
                converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
                converter.inference_input_type = converter.inference_output_type = tf.int8
            return LiteModel(converter.convert())
        except Exception as error:  # the converter has many ways to fail
            raise ValueError(f"{model.name} can't be written: {_reason(model, error)}") from error
        finally:
            converter = None
            gc.collect()  # the graphs of a conversion hang together in circles


def _of_one(model: Any) -> Any:
    """Return the model as TensorFlow's function of one image, without Keras' slow export."""
    import tensorflow as tf

    image = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    return tf.function(lambda x: model(x, training=False)).get_concrete_function(image)


def _checked_examples(examples: Any, model_shape: tuple[Any, ...]) -> np.ndarray:
    images = np.asarray([] if examples is None else examples, np.float32)
    if images.shape[1:] != tuple(model_shape[1:]) or len(images) < LEAST_EXAMPLES:
        raise ValueError(
            f"examples has shape {images.shape}; int8 needs {LEAST_EXAMPLES} or more, better 100, "
            f"normalised training images (N, {', '.join(map(str, model_shape[1:]))})"
        )
    if not np.isfinite(images).all():  # the converter would write no int8 file, or crash
        raise ValueError("examples hold what is no finite number; take such images out")
    return images


def _reason(model: Any, error: Exception) -> str:
    own = [layer.name for layer in model.layers if not type(layer).__module__.startswith("keras.")]
    if own:
        return f"layers of your own, {', '.join(own)}, do what LiteRT has no operation for"
    half = [layer.name for layer in model.layers if layer.compute_dtype != "float32"]
    if half:
        return (
            f"layers such as {half[0]} don't compute in float32; build the model anew after "
            'keras.config.set_dtype_policy("float32"), and give it these weights'
        )
    return str(error).strip().splitlines()[0][:200]


@contextmanager
def _quiet() -> Iterator[None]:
    """Start TensorFlow, and keep its notes, which name folders of this machine, off the page."""
    from medtutor._keras import silenced_stderr

    # In a notebook, its logger writes straight to the page.
    logging.disable(logging.WARNING)
    with silenced_stderr(), redirect_stdout(StringIO()), warnings.catch_warnings():
        for text in (".*Interpreter is deprecated", "Statistics for q", ".*preserve_all_tensors"):
            warnings.filterwarnings("ignore", text)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
