//! The rules by example, and invariants under any sequence of steps.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn after(milliseconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::milliseconds(milliseconds)
}

fn machine() -> StateMachine {
    StateMachine::new(
        BreakerConfig {
            failure_threshold: 3,
            open_ms: 30_000,
        },
        start(),
    )
}

fn opened() -> StateMachine {
    let mut machine = machine();
    for _ in 0..3 {
        let (permit, _) = machine.admit(start()).unwrap();
        machine.fail(&permit, "timeout", start());
    }
    machine
}

#[test]
fn it_reports_how_long_calls_are_suspended_without_taking_the_place_of_the_probe() {
    assert_eq!(machine().suspended_for(start()), None);
    let mut machine = opened();
    assert_eq!(machine.suspended_for(after(10_000)), Some(Duration::from_secs(20)));
    assert_eq!(machine.suspended_for(after(30_000)), None);
    let (permit, _) = machine.admit(after(30_000)).unwrap();
    assert_eq!(machine.suspended_for(after(30_000)), Some(Duration::from_secs(1)));
    machine.succeed(&permit, after(30_001));
    assert_eq!(machine.suspended_for(after(30_001)), None);
    machine.force_open(after(30_002));
    assert_eq!(machine.suspended_for(after(90_000)), Some(Duration::from_secs(1)));
}

#[test]
fn three_failures_in_a_row_open_it_and_a_success_between_them_does_not() {
    let mut machine = machine();
    for good in [false, false, true, false, false] {
        let (permit, _) = machine.admit(start()).unwrap();
        let change = if good {
            machine.succeed(&permit, start())
        } else {
            machine.fail(&permit, "timeout", start())
        };
        assert_eq!(change, None);
    }
    let (permit, _) = machine.admit(start()).unwrap();
    let change = machine.fail(&permit, "connect", start()).unwrap();
    assert_eq!(
        change,
        Change {
            from: BreakerState::Closed,
            to: BreakerState::Open,
            reason: "failure_threshold"
        }
    );
    assert_eq!(machine.last_error_kind, Some("connect"));
    assert_eq!(machine.admit(after(10_000)).unwrap_err(), Duration::from_secs(20));
}

#[test]
fn exactly_one_probe_is_allowed_and_its_success_closes() {
    let mut machine = opened();
    let (probe, change) = machine.admit(after(30_000)).unwrap();
    assert_eq!(change.unwrap().to, BreakerState::HalfOpen);
    assert!(machine.admit(after(30_000)).is_err() && machine.admit(after(90_000)).is_err());
    assert_eq!(machine.succeed(&probe, after(30_100)).unwrap().to, BreakerState::Closed);
    assert!(machine.admit(after(30_100)).is_ok());
    assert_eq!(machine.consecutive_failures, 0);
}

#[test]
fn a_failed_probe_opens_for_a_whole_period_again() {
    let mut machine = opened();
    let (probe, _) = machine.admit(after(30_000)).unwrap();
    machine.fail(&probe, "timeout", after(31_000)).unwrap();
    assert!(machine.admit(after(60_999)).is_err());
    assert!(machine.admit(after(61_000)).is_ok());
}

#[test]
fn an_abandoned_probe_frees_its_place() {
    let mut machine = opened();
    let (probe, _) = machine.admit(after(30_000)).unwrap();
    machine.abandon(&probe);
    assert!(machine.admit(after(30_000)).is_ok());
}

#[test]
fn a_late_result_from_before_the_breaker_opened_is_ignored() {
    let mut machine = machine();
    let (late, _) = machine.admit(start()).unwrap();
    for _ in 0..3 {
        let (permit, _) = machine.admit(start()).unwrap();
        machine.fail(&permit, "timeout", start());
    }
    assert_eq!(machine.succeed(&late, after(1)), None);
    assert_eq!(machine.state, BreakerState::Open);
    let (_probe, _) = machine.admit(after(30_000)).unwrap();
    machine.abandon(&late);
    assert!(
        machine.admit(after(30_000)).is_err(),
        "the probe's place is still taken"
    );
}

#[test]
fn forced_open_holds_until_forced_closed() {
    let mut machine = machine();
    assert_eq!(machine.force_open(start()).unwrap().reason, "forced");
    assert!(machine.admit(after(3_600_000)).is_err());
    machine.force_closed(after(3_600_000));
    assert!(machine.admit(after(3_600_000)).is_ok());
}

#[test]
fn a_clock_set_back_costs_at_most_one_period() {
    let mut machine = opened();
    assert!(machine.admit(after(-1_000_000)).is_err());
    assert!(machine.admit(after(-1_000_000 + 30_000)).is_ok());
}

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Admit,
    Succeed(usize),
    Fail(usize),
    Abandon(usize),
    ForceOpen,
    ForceClosed,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0_i64..40_000).prop_map(Step::Wait),
        6 => Just(Step::Admit),
        2 => any::<usize>().prop_map(Step::Succeed),
        5 => any::<usize>().prop_map(Step::Fail),
        2 => any::<usize>().prop_map(Step::Abandon),
        1 => Just(Step::ForceOpen),
        1 => Just(Step::ForceClosed),
    ];
    prop::collection::vec(step, 0..120)
}

proptest! {
    #[test]
    fn at_most_one_probe_is_in_flight_and_the_breaker_always_recovers(steps in steps()) {
        let (mut machine, mut now, mut out) = (machine(), start(), Vec::<Permit>::new());
        for step in steps {
            match step {
                Step::Wait(milliseconds) => now += TimeDelta::milliseconds(milliseconds),
                Step::Admit => {
                    let (before, since) = (machine.state, machine.since);
                    let admitted = machine.admit(now);
                    let due = now - since >= TimeDelta::milliseconds(30_000);
                    match before {
                        BreakerState::Closed => prop_assert!(admitted.is_ok()),
                        BreakerState::Open => prop_assert_eq!(admitted.is_ok(), due && !machine.forced),
                        BreakerState::HalfOpen => {}
                    }
                    out.extend(admitted.ok().map(|(permit, _)| permit));
                }
                Step::Succeed(index) if !out.is_empty() => {
                    let permit = out.swap_remove(index % out.len());
                    machine.succeed(&permit, now);
                    machine.abandon(&permit);
                }
                Step::Fail(index) if !out.is_empty() => {
                    let permit = out.swap_remove(index % out.len());
                    machine.fail(&permit, "timeout", now);
                    machine.abandon(&permit);
                }
                Step::Abandon(index) if !out.is_empty() => {
                    let permit = out.swap_remove(index % out.len());
                    machine.abandon(&permit);
                }
                Step::ForceOpen => { machine.force_open(now); }
                Step::ForceClosed => { machine.force_closed(now); }
                Step::Succeed(_) | Step::Fail(_) | Step::Abandon(_) => {}
            }
            let probes = out.iter().filter(|permit| permit.probe && permit.period == machine.period).count();
            prop_assert!(probes <= 1);
            prop_assert_eq!(probes == 1, machine.probing);
            if machine.state == BreakerState::Closed {
                prop_assert!(machine.consecutive_failures < 3 && !machine.forced);
            }
        }
        for permit in &out {
            machine.abandon(permit);
        }
        prop_assert_eq!(machine.admit(now + TimeDelta::milliseconds(30_000)).is_ok(), !machine.forced);
    }
}
