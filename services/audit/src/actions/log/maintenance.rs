//! Work on the stored log: partitions and pruning.

pub mod create_partitions;
pub mod prune_months;
pub mod repartition;
