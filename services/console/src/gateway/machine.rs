//! The machine that the console runs on.

use std::sync::{Arc, Mutex, PoisonError};
use sysinfo::{Disks, System};

/// Load of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Busy share of all processors since the figures were last read, in percent.
    pub cpu_percent: f64,
    /// Used share of the memory, in percent.
    pub memory_percent: f64,
    /// Used share of the disk with the working directory, in percent.
    pub disk_percent: f64,
    /// Seconds since the machine started.
    pub uptime_seconds: u64,
}

/// Reads the figures. Cheap to clone.
#[derive(Clone)]
pub struct Machine(Arc<Mutex<System>>);

impl Default for Machine {
    fn default() -> Self {
        let mut system = System::new();
        // A share of processor time needs two readings; this is the first.
        system.refresh_cpu_usage();
        Self(Arc::new(Mutex::new(system)))
    }
}

impl Machine {
    /// The figures now. Blocks: it reads files of the kernel.
    pub fn figures(&self) -> Figures {
        let mut system = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        system.refresh_cpu_usage();
        system.refresh_memory();
        Figures {
            cpu_percent: one_decimal(f64::from(system.global_cpu_usage())),
            memory_percent: percent(system.used_memory(), system.total_memory()),
            disk_percent: disk_percent(),
            uptime_seconds: System::uptime(),
        }
    }
}

/// Of the file system that holds the working directory: the longest mount point that contains it.
fn disk_percent() -> f64 {
    let here = std::env::current_dir().unwrap_or_default();
    let disks = Disks::new_with_refreshed_list();
    let mine = disks
        .iter()
        .filter(|disk| disk.total_space() > 0 && here.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len());
    mine.or_else(|| disks.iter().find(|disk| disk.total_space() > 0))
        .map_or(0.0, |disk| {
            percent(disk.total_space() - disk.available_space(), disk.total_space())
        })
}

#[expect(clippy::cast_precision_loss, reason = "a share of bytes, with one decimal")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        one_decimal(part as f64 * 100.0 / whole as f64)
    }
}

fn one_decimal(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
