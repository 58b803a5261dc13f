use super::*;

fn shipped(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    std::fs::read(path.join(name)).unwrap()
}

type Shuffle = fn(&mut [u8], u64) -> Option<usize>;

fn cases() -> [(Shuffle, Vec<u8>, usize); 3] {
    [
        (
            crate::candle::shuffle::shuffle,
            shipped("mmsplice-donor/weights.safetensors"),
            14,
        ),
        (
            crate::onnx::shuffle::shuffle,
            shipped("mmsplice-donor/fp32.onnx"),
            10,
        ),
        (
            crate::onnx::shuffle::shuffle,
            shipped("cispliceai-member/int8-static.onnx"),
            100,
        ),
    ]
}

#[test]
fn values_stay_and_their_order_goes() {
    for (shuffle, original, fewest) in cases() {
        let (mut one, mut again, mut other) =
            (original.clone(), original.clone(), original.clone());
        let tensors = shuffle(&mut one, 1).unwrap();
        assert!(tensors >= fewest, "{tensors}");
        shuffle(&mut again, 1).unwrap();
        shuffle(&mut other, 2).unwrap();
        assert_eq!(one, again);
        assert_ne!(one, original);
        assert_ne!(one, other);
        let sorted = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.sort_unstable();
            bytes
        };
        assert_eq!(sorted(&one), sorted(&original));
    }
}

/// Whatever is cut or changed, nothing panics and nothing outside of the file is touched.
#[test]
fn damaged_files_are_refused() {
    for (shuffle, original, _) in cases() {
        let mut random = Stream::new(5, "test", "damage");
        for _ in 0..300 {
            let cut = random.below(original.len() as u64) as usize;
            shuffle(&mut original[..cut].to_vec(), 1);
            let mut changed = original.clone();
            for _ in 0..8 {
                // Headers lie at the front, and lengths within.
                let reach = if random.below(2) == 0 {
                    64
                } else {
                    original.len() as u64
                };
                let at = random.below(reach) as usize;
                changed[at] = random.below(256) as u8;
            }
            shuffle(&mut changed, 1);
        }
        assert_eq!(
            shuffle(&mut original[..original.len() - 1].to_vec(), 1),
            None
        );
    }
}
