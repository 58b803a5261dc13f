"""MMSplice's donor module in TensorFlow, through Keras."""
import titer_model  # first: what is printed from here on goes to standard error
import tensorflow as tf
from safetensors.numpy import load_file
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Activation, BatchNormalization, Dense, Flatten, Input

tf.config.threading.set_intra_op_parallelism_threads(titer_model.THREADS)
tf.config.threading.set_inter_op_parallelism_threads(1)
model = Sequential([Input((18, 4)), Flatten(), Dense(128, name="dense1"),
                    BatchNormalization(epsilon=1e-3, name="batch_normalization_1"), Activation("relu"),
                    Dense(64, name="dense2"), BatchNormalization(epsilon=1e-3, name="batch_normalization_2"),
                    Activation("relu"), Dense(1, activation="sigmoid", name="dense_1")])

tensors = load_file("weights.safetensors")
for layer in model.layers:
    if isinstance(layer, Dense):
        layer.set_weights([tensors[layer.name + ".weight"].T, tensors[layer.name + ".bias"]])
    elif isinstance(layer, BatchNormalization):
        layer.set_weights([tensors["%s.%s" % (layer.name, part)] for part in ("scale", "shift", "mean", "variance")])


@tf.function(reduce_retracing=True)
def run(windows):
    return model(windows, training=False)


titer_model.serve(lambda windows: run(tf.constant(windows)).numpy(), name="mmsplice-donor", datatypes=["FP32"], shapes=[[-1, 18, 4]])
