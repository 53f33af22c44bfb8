//! Searches the log by any field, sorted by any element, page by page.

use crate::{
    domain::{Key, Logged, Order, Search},
    store::log::events::Row,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// A page of tree `tree`'s events: at most `search.limit`, after `search.after`.
#[tracing::instrument(level = "debug", name = "search.search", skip_all)]
pub async fn search(connection: &mut PgConnection, tree: Uuid, search: &Search) -> Result<Vec<Logged>, sqlx::Error> {
    let rows: Vec<Row> = statement(tree, search).build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(Row::logged).collect()
}

/// The statement of a search.
pub fn statement(tree: Uuid, search: &Search) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "SELECT organization_id, log_index, event_id, leaf_hash, leaf FROM audit.events WHERE organization_id = ",
    );
    query.push_bind(tree);
    filter(&mut query, search);
    order(&mut query, search);
    query
}

fn filter(query: &mut QueryBuilder<Postgres>, search: &Search) {
    let filters = &search.filters;
    let texts = [
        ("action", &filters.action),
        ("interaction", &filters.interaction),
        ("outcome", &filters.outcome),
        ("actor_kind", &filters.actor_kind),
        ("actor_id", &filters.actor_id),
        ("patient", &filters.patient),
        ("entity_kind", &filters.entity_kind),
        ("entity_id", &filters.entity_id),
        ("purpose", &filters.purpose),
        ("source", &filters.source),
        ("trace_id", &filters.trace_id),
    ];
    for (column, values) in texts {
        match values.as_slice() {
            [] => {}
            // With equality one index returns both the rows and their order.
            [one] => {
                query.push(format!(" AND {column} = ")).push_bind(one.clone());
            }
            many => {
                query
                    .push(format!(" AND {column} = ANY("))
                    .push_bind(many.to_vec())
                    .push(")");
            }
        }
    }
    if let Some(emergency) = filters.emergency {
        query.push(" AND emergency = ").push_bind(emergency);
    }
    if let Some(ip) = filters.source_ip {
        query.push(" AND source_ip = ").push_bind(ip.to_string()).push("::inet");
    }
    if let Some(since) = filters.since {
        query.push(" AND occurred_at >= ").push_bind(since);
    }
    if let Some(until) = filters.until {
        query.push(" AND occurred_at < ").push_bind(until);
    }
    if let Some(since) = filters.logged_since {
        query.push(" AND logged_at >= ").push_bind(since);
    }
    if let Some(until) = filters.logged_until {
        query.push(" AND logged_at < ").push_bind(until);
    }
    if let Some(has_patient) = filters.has_patient {
        query.push(if has_patient {
            " AND patient <> ''"
        } else {
            " AND patient = ''"
        });
    }
    if let Some((from, end)) = filters.indexes {
        query.push(" AND log_index >= ").push_bind(from);
        query.push(" AND log_index < ").push_bind(end);
    }
}

fn order(query: &mut QueryBuilder<Postgres>, search: &Search) {
    let column = match search.order {
        Order::Index => None,
        Order::Time => Some(""),
        Order::Patient => Some("patient, "),
        Order::User => Some("actor_id, "),
        Order::Action => Some("action, "),
        Order::Entity => Some("entity_id, "),
    };
    let columns = column.map_or_else(
        || "log_index".to_owned(),
        |first| format!("{first}occurred_at, log_index"),
    );
    if let Some(Key {
        text,
        occurred_at,
        index,
    }) = &search.after
    {
        let sign = if search.descending { "<" } else { ">" };
        query.push(format!(" AND ({columns}) {sign} ("));
        let mut values = query.separated(", ");
        if column.is_some_and(|first| !first.is_empty()) {
            values.push_bind(text.clone());
        }
        if column.is_some() {
            values.push_bind(*occurred_at);
        }
        values.push_bind(*index);
        query.push(")");
    }
    let direction = if search.descending { " DESC" } else { "" };
    let sorted: Vec<String> = columns.split(", ").map(|name| format!("{name}{direction}")).collect();
    query.push(format!(" ORDER BY {} LIMIT ", sorted.join(", ")));
    query.push_bind(search.limit);
}
