//! Reading and validating one megabyte in memory, compared with a scan that only counts
//! terminators.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mc_x12::check::{Report, Settings, check};
use mc_x12::synthetic::{Synthetic, claims, eligibility, remittance};
use mc_x12::{Finding, Limits, SegmentReader, StreamReader};
use std::hint::black_box;

struct Discard;

impl Report for Discard {
    fn finding(&mut self, finding: &Finding<'_>) {
        black_box(finding);
    }
}

fn read_stream(text: &[u8]) -> usize {
    let mut reader = StreamReader::new(text, Limits::FILE);
    let mut segments = 0;
    while let Some(Ok(segment)) = reader.next_segment() {
        black_box(segment);
        segments += 1;
    }
    segments
}

fn engine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("x12");
    for (name, make) in [
        (
            "837p",
            claims::<Vec<u8>> as fn(&mut Synthetic, u64, &mut Vec<u8>) -> std::io::Result<()>,
        ),
        ("835", remittance),
        ("271", eligibility),
    ] {
        let mut text = Vec::new();
        if make(&mut Synthetic::new(1), 1_000_000, &mut text).is_err() {
            continue;
        }
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("scan", name), &text, |bencher, text| {
            bencher.iter(|| memchr::memchr_iter(b'~', text).count());
        });
        group.bench_with_input(BenchmarkId::new("slice", name), &text, |bencher, text| {
            bencher.iter(|| SegmentReader::new(text, Limits::FILE).map(Iterator::count));
        });
        group.bench_with_input(BenchmarkId::new("stream", name), &text, |bencher, text| {
            bencher.iter(|| read_stream(text));
        });
        group.bench_with_input(BenchmarkId::new("check", name), &text, |bencher, text| {
            bencher.iter(|| check(&text[..], Limits::FILE, &Settings::default(), &mut Discard));
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
