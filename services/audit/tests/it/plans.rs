//! The statement of a search, which is built from its filters and its order.

use mc_audit::{
    domain::{Filters, Key, Order, Search},
    startup::SERVICE,
    store::log::search,
};
use mc_testkit::{Database, Planner};

#[actix_web::test]
async fn an_index_narrows_every_search_and_gives_its_order() {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let one = |value: &str| vec![value.to_owned()];
    let filters = [
        Filters::default(),
        Filters {
            patient: one("pt_0"),
            ..Filters::default()
        },
        Filters {
            actor_id: one("u"),
            since: Some(chrono::Utc::now()),
            ..Filters::default()
        },
        Filters {
            source_ip: Some([10, 0, 0, 1].into()),
            outcome: vec!["denied".to_owned(), "failure".to_owned()],
            ..Filters::default()
        },
    ];
    for role in ["mc_audit_serving", "mc_audit_worker"] {
        let mut planner = Planner::new(&database, role).await;
        for filters in &filters {
            for (order, descending, is_first) in orders() {
                let wanted = Search {
                    filters: filters.clone(),
                    order,
                    descending,
                    after: (!is_first).then(|| Key {
                        text: String::new(),
                        occurred_at: chrono::Utc::now(),
                        index: 1,
                    }),
                    limit: 50,
                };
                let statement = search::statement(uuid::Uuid::now_v7(), &wanted);
                let scans = planner.scans(statement.sql().as_str()).await.unwrap();
                assert!(!scans.is_empty());
                for scan in scans {
                    assert!(scan.is_narrowed, "{role} {wanted:?}: {scan:?}");
                }
            }
        }
    }
}

/// Every order, in both directions, of a first and of a later page.
fn orders() -> impl Iterator<Item = (Order, bool, bool)> {
    let orders = [
        Order::Index,
        Order::Time,
        Order::Patient,
        Order::User,
        Order::Action,
        Order::Entity,
    ];
    orders
        .into_iter()
        .flat_map(|order| [(true, true), (true, false), (false, true), (false, false)].map(|(a, b)| (order, a, b)))
}
