//! `medconnect-mailbox`: dead letters come back in order, under their sender's name, on record.

use crate::{
    MIGRATOR, mailbox, record,
    senders::{publish_under, publish_with},
};
use mc_contracts::topology::{AUDIT_LOG, AUDIT_TALLIES, BILLING_CONSENTS, OPERATOR};
use mc_mailbox::{Mailbox, Operator, OperatorError, Replayed, Selection, Verdict};
use mc_testkit::{Broker, Database, broker, envelope, eventually};
use mc_vocabulary::Clock;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Consumes the log: rejects everything until `mended`.
fn consume(mailbox: Mailbox, mended: Arc<AtomicBool>, seen: Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    tokio::spawn(mailbox.consume(AUDIT_LOG, CancellationToken::new(), move |envelope| {
        let verdict = if mended.load(Ordering::SeqCst) {
            let action = envelope.data["action"].as_str().unwrap().to_owned();
            seen.lock().unwrap().push(action);
            Verdict::Done
        } else {
            Verdict::Reject("a fault in this release")
        };
        std::future::ready(verdict)
    }))
}

async fn operator(broker: &Broker) -> Operator {
    let url = broker.secret_url(OPERATOR);
    Operator::connect(&url, &broker.prefix, "ops@clinic.test", Clock::System)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_come_back_in_order_and_the_replay_is_on_record() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker
        .declare_queues(&[AUDIT_LOG, AUDIT_TALLIES, BILLING_CONSENTS])
        .await;
    let (mended, seen) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let consumer = consume(
        mailbox("audit", &database, &broker),
        Arc::clone(&mended),
        Arc::clone(&seen),
    );
    let records: Vec<_> = (0..5).map(|n| record(&n.to_string())).collect();
    broker.publish_as("auth", None, &records).await;
    let dead = AUDIT_LOG.dead_letters();
    eventually("dead letters", || async {
        (broker.ready(&dead).await == Some(5)).then_some(())
    })
    .await;

    let operator = operator(&broker).await;
    let counts = operator.count().await.unwrap();
    assert!(counts.contains(&(AUDIT_LOG.name, Some(5))), "{counts:?}");
    let shown = operator.show(AUDIT_LOG.name, Selection::default()).await.unwrap();
    assert_eq!(shown.len(), 5);
    assert_eq!(shown[0].event_type, "auth.audit.recorded.v1");
    assert_eq!(shown[0].sender.as_deref(), Some("medconnect-auth"));
    assert_eq!(shown[0].cause.as_deref(), Some("rejected"));
    eventually("shown letters are there still", || async {
        (broker.ready(&dead).await == Some(5)).then_some(())
    })
    .await;

    mended.store(true, Ordering::SeqCst);
    let first_two = Selection { limit: Some(2) };
    assert_eq!(
        operator.replay(AUDIT_LOG.name, first_two, false).await.unwrap().events,
        2
    );
    let rest = operator
        .replay(AUDIT_LOG.name, Selection::default(), false)
        .await
        .unwrap();
    assert_eq!(rest, Replayed { events: 3, left: 0 });
    eventually("all applied, start and end of both replays logged", || async {
        (seen.lock().unwrap().len() == 9).then_some(())
    })
    .await;
    let seen = seen.lock().unwrap().clone();
    let replayed: Vec<_> = seen.iter().filter(|action| action.len() == 1).cloned().collect();
    assert_eq!(replayed, ["0", "1", "2", "3", "4"]);
    for action in ["mailbox.dead_letters.replay_started", "mailbox.dead_letters.replayed"] {
        assert_eq!(seen.iter().filter(|seen| *seen == action).count(), 2, "{action}");
    }
    assert_eq!(broker.ready(&dead).await, Some(0));
    consumer.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_dies_again_is_replayed_once_and_dropped_letters_are_gone() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let (mended, seen) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let consumer = consume(mailbox("audit", &database, &broker), mended, seen);
    broker.publish_as("auth", None, &[record("1"), record("2")]).await;
    let dead = AUDIT_LOG.dead_letters();
    eventually("dead letters", || async {
        (broker.ready(&dead).await == Some(2)).then_some(())
    })
    .await;
    let operator = operator(&broker).await;
    assert_eq!(
        operator
            .replay(AUDIT_LOG.name, Selection::default(), false)
            .await
            .unwrap()
            .events,
        2
    );
    // Both again, and the two records of the replay, which this consumer rejects too.
    eventually("they died again", || async {
        (broker.ready(&dead).await == Some(4)).then_some(())
    })
    .await;
    consumer.abort();
    let _ = consumer.await;
    assert_eq!(
        operator
            .drop_letters(AUDIT_LOG.name, Selection::default())
            .await
            .unwrap(),
        4
    );
    eventually("the record of the drop waits", || async {
        (broker.ready(AUDIT_LOG.name).await == Some(1)).then_some(())
    })
    .await;
    assert_eq!(broker.ready(&dead).await, Some(0));
    let unknown = operator.show("nobody.home", Selection::default()).await;
    assert!(matches!(unknown, Err(OperatorError::NoQueue { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nameless_letter_is_left_unless_it_is_vouched_for_and_came_under_the_key_of_its_type() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG, BILLING_CONSENTS]).await;
    let (mended, seen) = (Arc::new(AtomicBool::new(true)), Arc::default());
    let consumer = consume(mailbox("audit", &database, &broker), mended, Arc::clone(&seen));
    // As the last release sent it; under another key than its type; with a second key.
    let old = envelope("auth", None, &record("old"));
    let mut forged = envelope("billing", None, &record("forged"));
    publish_with(&broker, "auth", None, &old, None).await.unwrap();
    let further = Some(("CC", "billing.audit.tallied.v1"));
    publish_with(&broker, "billing", None, &forged, further).await.unwrap();
    forged.event_type = "auth.audit.recorded.v1".to_owned();
    forged.source = "auth".to_owned();
    publish_under(&broker, "billing", None, &forged, "billing.audit.recorded.v1", None)
        .await
        .unwrap();
    broker.publish_as("auth", None, &[record("named")]).await;
    let dead = AUDIT_LOG.dead_letters();
    eventually("dead letters", || async {
        (broker.ready(&dead).await == Some(3)).then_some(())
    })
    .await;

    let operator = operator(&broker).await;
    let all = Selection::default();
    let shown = operator.show(AUDIT_LOG.name, all).await.unwrap();
    let keys: Vec<_> = shown.iter().map(|letter| letter.routing_key.as_deref()).collect();
    let expected = [Some("auth.audit.recorded.v1"), None, Some("billing.audit.recorded.v1")];
    assert_eq!(keys, expected);
    let are_back = || async { (broker.ready(&dead).await == Some(3)).then_some(()) };
    eventually("shown letters are there still", are_back).await;
    let replayed = operator.replay(AUDIT_LOG.name, all, false).await.unwrap();
    assert_eq!(replayed, Replayed { events: 0, left: 3 });
    eventually("what was left is there still", are_back).await;
    let replayed = operator.replay(AUDIT_LOG.name, all, true).await.unwrap();
    assert_eq!(replayed, Replayed { events: 1, left: 2 });
    eventually("the event of the last release", || async {
        let seen = seen.lock().unwrap();
        (seen.contains(&"old".to_owned()) && seen.contains(&"named".to_owned())).then_some(())
    })
    .await;
    assert!(!seen.lock().unwrap().contains(&"forged".to_owned()));
    consumer.abort();
}
