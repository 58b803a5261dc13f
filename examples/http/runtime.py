"""MMSplice's donor module behind MLServer: a runtime of one's own, in numpy.

    pip install mlserver==1.7.1
    mlserver start examples/http

Then http://127.0.0.1:8080 answers by the Open Inference Protocol, version 2.
"""
import json

import numpy
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse
from mlserver.utils import get_model_uri


class Donor(MLModel):
    async def load(self):
        # Beside model-settings.json, wherever the server was started.
        with open(await get_model_uri(self.settings), "rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
            content = file.read()
        header.pop("__metadata__", None)
        self.tensors = {}
        for name, about in header.items():
            start, end = about["data_offsets"]
            self.tensors[name] = numpy.frombuffer(content[start:end], "<f4").reshape(about["shape"])
        return True

    def dense(self, x, name):
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def normalized(self, x, name):
        scale, shift, mean, variance = (self.tensors["%s.%s" % (name, part)]
                                        for part in ("scale", "shift", "mean", "variance"))
        return numpy.maximum((x - mean) / numpy.sqrt(variance + numpy.float32(1e-3)) * scale + shift, 0)

    async def predict(self, payload):
        x = NumpyCodec.decode_input(payload.inputs[0]).astype("float32")
        x = x.reshape(len(x), -1)
        x = self.normalized(self.dense(x, "dense1"), "batch_normalization_1")
        x = self.normalized(self.dense(x, "dense2"), "batch_normalization_2")
        answer = 1 / (1 + numpy.exp(-self.dense(x, "dense_1")))
        return InferenceResponse(model_name=self.name, model_version=self.version,
                                 outputs=[NumpyCodec.encode_output("probability", answer.astype("float32"))])
