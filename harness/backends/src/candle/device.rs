//! Where candle computes: on the processor, or on a GPU where this build has the feature and the machine
//! the device.

use candle_core::Device;
use titer_core::ModelError;
use titer_spec::model::CandleDevice;

/// The device, ready.
///
/// # Errors
/// This build lacks the feature, or this machine the device: never another device in its place.
pub(super) fn open(device: CandleDevice) -> Result<Device, ModelError> {
    let found = match device {
        CandleDevice::Cpu => return Ok(Device::Cpu),
        CandleDevice::Cuda if !candle_core::utils::cuda_is_available() => {
            return Err(lacking("cuda"));
        }
        CandleDevice::Metal if !candle_core::utils::metal_is_available() => {
            return Err(lacking("metal"));
        }
        CandleDevice::Cuda => Device::new_cuda(0),
        CandleDevice::Metal => Device::new_metal(0),
    };
    found.map_err(|error| {
        ModelError::Device(format!(
            "candle cannot use the device {}: {error}",
            device.name()
        ))
    })
}

fn lacking(feature: &str) -> ModelError {
    ModelError::Device(format!(
        "this titer was built without candle's {feature}: build it with `--features {feature}` where the device is, or use `device: cpu`"
    ))
}
