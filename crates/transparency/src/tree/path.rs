//! Names of tiles as C2SP tlog-tiles writes them: `tile/<level>/<index>[.p/<width>]`.

use super::tile::{TILE_WIDTH, TileId};

/// The path of a tile; a width below 256 marks a partial tile.
pub fn tile_path(id: TileId, width: u16) -> String {
    let mut index = format!("{:03}", id.index % 1000);
    let mut rest = id.index / 1000;
    while rest > 0 {
        index = format!("x{:03}/{index}", rest % 1000);
        rest /= 1000;
    }
    if width == TILE_WIDTH {
        format!("tile/{}/{index}", id.level)
    } else {
        format!("tile/{}/{index}.p/{width}", id.level)
    }
}

/// Reads what [`tile_path`] writes and nothing else.
pub fn parse_tile_path(path: &str) -> Option<(TileId, u16)> {
    let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (digits, width) = match rest.split_once(".p/") {
        Some((digits, width)) => (
            digits,
            width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?,
        ),
        None => (rest, TILE_WIDTH),
    };
    let index = digits.split('/').try_fold(0_u64, |index, part| {
        let part: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok()?;
        index.checked_mul(1000)?.checked_add(part)
    })?;
    let id = TileId {
        level: level.parse().ok().filter(|level| *level < 64)?,
        index,
    };
    // Every tile has one name.
    (tile_path(id, width) == path).then_some((id, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_has_one_path() {
        let id = |level, index| TileId { level, index };
        assert_eq!(tile_path(id(0, 0), 256), "tile/0/000");
        assert_eq!(tile_path(id(3, 1_234_067), 256), "tile/3/x001/x234/067");
        assert_eq!(tile_path(id(1, 273), 17), "tile/1/273.p/17");
        for (id, width) in [
            (id(0, 0), 256),
            (id(2, 999), 1),
            (id(63, u64::MAX), 255),
            (id(0, 1000), 256),
        ] {
            assert_eq!(parse_tile_path(&tile_path(id, width)), Some((id, width)));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for path in [
            "tile/0/0",
            "tile/00/000",
            "tile/64/000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/07",
            "tile/0/+01",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(parse_tile_path(path), None, "{path}");
        }
    }
}
