//! Against candle's own convolution, element by element.

use candle_core::{Device, Tensor};
use proptest::prelude::*;

use super::*;
use crate::candle::config::Activation;

/// Numbers between -1 and 1, the same ones each time.
fn numbers(many: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..many).map(|_| next()).collect()
}

fn convolution(out: usize, inputs: usize, width: usize) -> Convolution {
    Convolution {
        kernel: numbers(out * inputs * width, 1),
        out,
        inputs,
        width,
        pads: (0, 0),
        stride: 1,
        dilation: 1,
        finish: Finish::default(),
    }
}

/// candle's own, with zeros put around the input first.
fn expected(of: &Convolution, input: &[f32], (batch, length): (usize, usize)) -> Vec<f32> {
    let device = Device::Cpu;
    let input = Tensor::from_slice(input, (batch, of.inputs, length), &device).unwrap();
    let input = input.pad_with_zeros(2, of.pads.0, of.pads.1).unwrap();
    let kernel = Tensor::from_slice(&of.kernel, (of.out, of.inputs, of.width), &device).unwrap();
    let output = input.contiguous().unwrap();
    let output = output.conv1d(&kernel, 0, of.stride, of.dilation, 1);
    output.unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

fn close(found: &[f32], expected: &[f32], terms: usize) {
    assert_eq!(found.len(), expected.len());
    // Sums of as many products of numbers below 1, in another order.
    let within = 1e-6 * terms as f32;
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= within,
            "{index}: {found} {expected}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Tiles, short examples together, strides, dilations, zeros on either side.
    #[test]
    fn agrees_with_candles_own(
        (out, inputs, width) in (1..6_usize, 1..5_usize, 1..8_usize),
        (batch, length) in (1..5_usize, 1..2_500_usize),
        (stride, dilation) in (1..4_usize, 1..12_usize),
        pads in (0..40_usize, 0..40_usize),
    ) {
        let of = Convolution { pads, stride, dilation, ..convolution(out, inputs, width) };
        prop_assume!(length + pads.0 + pads.1 > (width - 1) * dilation);
        let input = numbers(batch * inputs * length, 2);
        let (found, _) = of.run(&input, (batch, length), None);
        close(&found, &expected(&of, &input, (batch, length)), inputs * width);
    }
}

/// What follows is done in the order bias, sum, factor and offset, activation, each by channel.
#[test]
fn what_follows_is_done_in_its_order() {
    let (batch, length, out) = (3, 1_200, 4);
    let mut of = Convolution {
        pads: (2, 2),
        ..convolution(out, 3, 5)
    };
    let input = numbers(batch * 3 * length, 3);
    let plain = expected(&of, &input, (batch, length));
    let added = numbers(plain.len(), 4);
    let [bias, factor, offset] = [5, 6, 7].map(|seed| numbers(out, seed));
    for (activation, f) in [
        (None, (|x| x) as fn(f32) -> f32),
        (Some(Activation::Relu), |x| x.max(0.0)),
        (Some(Activation::Tanh), f32::tanh),
        (
            Some(Activation::Elu),
            |x| if x > 0.0 { x } else { x.exp_m1() },
        ),
        (Some(Activation::Sigmoid), |x| 1.0 / (1.0 + (-x).exp())),
    ] {
        of.finish = Finish {
            bias: Some(bias.clone()),
            affine: Some((factor.clone(), offset.clone())),
            activation,
        };
        let (found, _) = of.run(&input, (batch, length), Some(&added));
        let wanted = plain
            .iter()
            .zip(&added)
            .enumerate()
            .map(|(index, (x, more))| {
                let channel = index / length % out;
                f((x + bias[channel] + more) * factor[channel] + offset[channel])
            });
        close(&found, &wanted.collect::<Vec<_>>(), 15);
    }
}

/// A relu of what is no number is no number: a broken model must not answer as if it were whole.
#[test]
fn no_number_stays_none() {
    let mut of = convolution(1, 1, 1);
    of.finish.activation = Some(Activation::Relu);
    let (found, _) = of.run(&[1.0, f32::NAN, -1.0], (1, 3), None);
    assert!(found[1].is_nan() && !found[0].is_nan() && !found[2].is_nan());
}

#[test]
fn threads_change_no_bit() {
    let of = Convolution {
        dilation: 4,
        pads: (20, 20),
        ..convolution(32, 32, 11)
    };
    for (batch, length) in [(1, 15_000), (40, 53)] {
        let input = numbers(batch * 32 * length, 8);
        let by = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().unwrap();
            pool.install(|| of.run(&input, (batch, length), None).0)
        };
        let one = by(1);
        assert!(one.iter().any(|x| *x != 0.0));
        for threads in [2, 3, 8] {
            let same = by(threads)
                .iter()
                .zip(&one)
                .all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "{threads} threads");
        }
    }
}
