//! On which day an instant falls, where clocks are odd: half hours, midnights that come twice, days that
//! never were, days of 23 and 25 hours.

use super::{days, with_instants};
use crate::{both, support::TestApp};

both! {
    async fn a_day_begins_at_its_zones_midnight(app: TestApp) {
        let app = with_instants(&app, &["2026-03-04T18:14:59Z", "2026-03-04T18:15:00Z", "2026-03-05T18:14:59Z"]).await;
        assert_eq!(
            days(&app, "timeZone: \"Asia/Kathmandu\"").await,
            ["1 2026-03-05: 2026-03-05T18:14:59Z, 2026-03-04T18:15:00Z", "2 2026-03-04: 2026-03-04T18:14:59Z"]
        );
        assert_eq!(
            days(&app, "timeZone: \"UTC\"").await,
            ["1 2026-03-05: 2026-03-05T18:14:59Z", "2 2026-03-04: 2026-03-04T18:15:00Z, 2026-03-04T18:14:59Z"]
        );
        assert_eq!(
            days(&app, "timeZone: \"Pacific/Kiritimati\"").await,
            ["1 2026-03-06: 2026-03-05T18:14:59Z", "2 2026-03-05: 2026-03-04T18:15:00Z, 2026-03-04T18:14:59Z"]
        );
    }

    /// At 00:01 on 7 November 2010 clocks went back to 23:01 of the day before: its first minute lies an
    /// hour before the rest of it.
    async fn a_day_in_two_pieces_is_one_day(app: TestApp) {
        let app = with_instants(
            &app,
            &[
                "2010-11-07T02:29:59Z", // 6 November, 23:59:59
                "2010-11-07T02:30:00Z", // 7 November, 00:00
                "2010-11-07T02:30:59Z", // 7 November, 00:00:59
                "2010-11-07T02:31:00Z", // 6 November, 23:01 for the second time
                "2010-11-07T03:29:59Z", // 6 November, 23:59:59 for the second time
                "2010-11-07T03:30:00Z", // 7 November, 00:00 for the second time
            ],
        )
        .await;
        let first = "1 2010-11-07: 2010-11-07T03:30:00Z, 2010-11-07T02:30:59Z, 2010-11-07T02:30:00Z";
        let second = "2 2010-11-06: 2010-11-07T03:29:59Z, 2010-11-07T02:31:00Z, 2010-11-07T02:29:59Z";
        assert_eq!(days(&app, "timeZone: \"America/St_Johns\"").await, [first, second]);
        assert_eq!(days(&app, "timeZone: \"America/St_Johns\", first: 1").await, [first]);
        assert_eq!(days(&app, "timeZone: \"America/St_Johns\", last: 1").await, [second]);
    }

    /// At 00:01 on 13 March 2011 clocks went on to 01:01.
    async fn a_day_that_loses_an_hour_behind_its_first_minute_is_one_day(app: TestApp) {
        let app = with_instants(
            &app,
            &[
                "2011-03-13T03:29:59Z", // 12 March, 23:59:59
                "2011-03-13T03:30:00Z", // 13 March, 00:00
                "2011-03-13T03:31:00Z", // 13 March, 01:01
                "2011-03-14T02:29:59Z", // 13 March, 23:59:59
                "2011-03-14T02:30:00Z", // 14 March, 00:00
            ],
        )
        .await;
        assert_eq!(
            days(&app, "timeZone: \"America/St_Johns\"").await,
            [
                "1 2011-03-14: 2011-03-14T02:30:00Z",
                "2 2011-03-13: 2011-03-14T02:29:59Z, 2011-03-13T03:31:00Z, 2011-03-13T03:30:00Z",
                "3 2011-03-12: 2011-03-13T03:29:59Z",
            ]
        );
    }

    async fn a_day_that_never_was_is_left_out(app: TestApp) {
        let app = with_instants(
            &app,
            &["2011-12-29T10:00:00Z", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", "2011-12-31T09:59:59Z"],
        )
        .await;
        assert_eq!(
            days(&app, "timeZone: \"Pacific/Apia\"").await,
            [
                "1 2011-12-31: 2011-12-31T09:59:59Z, 2011-12-30T10:00:00Z",
                "2 2011-12-29: 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z",
            ]
        );
    }

    async fn days_of_23_and_of_25_hours_are_days(app: TestApp) {
        let app = with_instants(
            &app,
            &[
                "2026-03-28T22:59:59Z", // 28 March, 23:59:59
                "2026-03-28T23:00:00Z", // 29 March, 00:00
                "2026-03-29T21:59:59Z", // 29 March, 23:59:59
                "2026-03-29T22:00:00Z", // 30 March, 00:00
                "2026-10-24T21:59:59Z", // 24 October, 23:59:59
                "2026-10-24T22:00:00Z", // 25 October, 00:00
                "2026-10-25T22:59:59Z", // 25 October, 23:59:59
                "2026-10-25T23:00:00Z", // 26 October, 00:00
            ],
        )
        .await;
        assert_eq!(
            days(&app, "timeZone: \"Europe/Berlin\"").await,
            [
                "1 2026-10-26: 2026-10-25T23:00:00Z",
                "2 2026-10-25: 2026-10-25T22:59:59Z, 2026-10-24T22:00:00Z",
                "3 2026-10-24: 2026-10-24T21:59:59Z",
                "4 2026-03-30: 2026-03-29T22:00:00Z",
                "5 2026-03-29: 2026-03-29T21:59:59Z, 2026-03-28T23:00:00Z",
                "6 2026-03-28: 2026-03-28T22:59:59Z",
            ]
        );
    }

    async fn days_before_1970_and_before_zones_are_days(app: TestApp) {
        let app = with_instants(
            &app,
            &["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "1875-06-01T22:30:00Z"],
        )
        .await;
        assert_eq!(
            days(&app, "timeZone: \"UTC\"").await,
            [
                "1 1970-01-01: 1970-01-01T00:00:00Z",
                "2 1969-12-31: 1969-12-31T23:59:59Z, 1969-12-31T00:00:00Z",
                "3 1875-06-01: 1875-06-01T22:30:00Z",
            ]
        );
        // Paris was 9 minutes and 21 seconds ahead then, and Moscow two hours and a half.
        assert_eq!(days(&app, "timeZone: \"Europe/Paris\", last: 1").await, ["3 1875-06-01: 1875-06-01T22:30:00Z"]);
        assert_eq!(days(&app, "timeZone: \"Europe/Moscow\", last: 1").await, ["3 1875-06-02: 1875-06-01T22:30:00Z"]);
    }
}
