"""The models as published, in the runtimes that they were published for."""

import pathlib

MMSPLICE = {  # model: file of the package, the cut of the 400-base window, the site
    "mmsplice-donor": ("Donor.h5", (195, 213), "donor"),
    "mmsplice-acceptor": ("Acceptor.h5", (150, 203), "acceptor"),
}
MEMBER = "cispliceai-member"
MEMBER_OUTPUT = "model_1/conv1d_39/truediv"  # the softmax of the ensemble's first member


def keras_model(folder, file_name):
    """A module of MMSplice, in Keras 2."""
    import tensorflow as tf

    class ConvDNA(tf.keras.layers.Conv1D):
        """Stands in for the layer of the same name that the file was saved with."""

        def __init__(self, seq_length=None, background_probs=None, **kwargs):
            super().__init__(**kwargs)

    path = pathlib.Path(folder) / file_name
    return tf.keras.models.load_model(path, custom_objects={"ConvDNA": ConvDNA}, compile=False)


def member_graph(path):
    """The first of the ensemble's five networks, cut out of the frozen graph; the batch is left open."""
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString(pathlib.Path(path).read_bytes())
    member = tf.compat.v1.graph_util.extract_sub_graph(graph, [MEMBER_OUTPUT])
    for node in member.node:
        if node.op == "Placeholder":
            node.attr["shape"].shape.CopyFrom(tf.TensorShape([None, 15000, 4]).as_proto())
    return member


def member_runner(path):
    """A function from [n, 15000, 4] to [n, 5000, 3], in TensorFlow."""
    import tensorflow as tf

    running = tf.compat.v1.Session(graph=tf.Graph())
    with running.graph.as_default():
        tf.compat.v1.import_graph_def(member_graph(path), name="")
    return lambda inputs: running.run(MEMBER_OUTPUT + ":0", {"x:0": inputs})
