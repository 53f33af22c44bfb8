//! Nobody speaks as somebody else: the broker checks the sender, the consumer checks its type.

use crate::{MIGRATOR, mailbox, record};
use lapin::{
    BasicProperties, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use mc_contracts::topology::{AUDIT_LOG, EVENTS, user_of};
use mc_mailbox::Verdict;
use mc_testkit::{Broker, Database, broker, envelope, eventually};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Publishes a record of auth with the user of `service` and this `user_id`.
async fn publish(broker: &Broker, service: &str, user_id: Option<&str>) -> lapin::Result<()> {
    let connection = Connection::connect(&broker.url_of(service), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let event = envelope("auth", None, &record("forged"));
    let mut headers = lapin::types::FieldTable::default();
    for (name, value) in [
        ("id", event.id.to_string()),
        ("type", event.event_type.clone()),
        ("source", event.source.clone()),
        ("time", event.time.to_rfc3339()),
    ] {
        let value = lapin::types::LongString::from(value);
        headers.insert(format!("cloudEvents:{name}").into(), value.into());
    }
    let mut properties = BasicProperties::default().with_headers(headers);
    if let Some(user) = user_id {
        properties = properties.with_user_id(user.into());
    }
    let published = channel
        .basic_publish(
            format!("{}{EVENTS}", broker.prefix).into(),
            event.event_type.as_str().into(),
            BasicPublishOptions::default(),
            event.data.to_string().as_bytes(),
            properties,
        )
        .await?
        .await
        .map(drop);
    let _ = connection.close(200, "done".into()).await;
    published
}

#[tokio::test]
async fn the_broker_refuses_a_message_that_names_another_sender() {
    mc_chassis::install_crypto();
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let refused = publish(&broker, "billing", Some(&user_of("auth"))).await;
    assert!(refused.is_err());
    assert_eq!(broker.ready(AUDIT_LOG.name).await, Some(0));
}

#[tokio::test]
async fn a_consumer_refuses_an_event_whose_sender_does_not_own_its_type() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    publish(&broker, "billing", Some(&user_of("billing"))).await.unwrap();
    publish(&broker, "auth", None).await.unwrap();
    publish(&broker, "auth", Some(&user_of("auth"))).await.unwrap();
    let (stopping, applied) = (CancellationToken::new(), Arc::new(Mutex::new(0)));
    let counted = Arc::clone(&applied);
    let consumer = mailbox("audit", &database, &broker).consume(AUDIT_LOG, stopping.clone(), move |_| {
        *counted.lock().unwrap() += 1;
        async { Verdict::Done }
    });
    let consumer = tokio::spawn(consumer);
    eventually("both forged events among the dead letters", || async {
        (broker.ready(&AUDIT_LOG.dead_letters()).await == Some(2)).then_some(())
    })
    .await;
    eventually("the genuine event applied", || async {
        (*applied.lock().unwrap() == 1).then_some(())
    })
    .await;
    stopping.cancel();
    consumer.await.unwrap();
}
