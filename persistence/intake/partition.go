package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

const (
	// intakePartitionLock is the key of the advisory lock under which partitions
	// are made and dropped.
	intakePartitionLock = 7_318_001
	intakeDaysAhead     = 2
	intakePartitionName = "intake_20060102"
)

// keepPartitions makes the coming days' partitions and drops old ones, hourly;
// OpenIntake has made the first ones.
func (i *Intake) keepPartitions() {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-i.stop:
			return
		case <-tick.C:
		}
		persistence.Guard(i.cfg.Logger, "keep intake partitions", i.movePartitions)
	}
}

func (i *Intake) movePartitions() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := i.makePartitions(ctx); err != nil {
		i.cfg.Logger.Error("intake partitions not made: bodies cannot be stored without", "error", err)
	}
	if _, err := i.DropOld(ctx); err != nil {
		i.cfg.Logger.Warn("old intake partitions not dropped", "error", err)
	}
}

// makePartitions sees to today and two more days by the database's clock, in UTC.
func (i *Intake) makePartitions(ctx context.Context) error {
	return i.underPartitionLock(ctx, func(tx pgx.Tx) error {
		var today time.Time
		if err := tx.QueryRow(ctx, `SELECT (now() AT TIME ZONE 'UTC')::date`).Scan(&today); err != nil {
			return err
		}
		for n := range intakeDaysAhead + 1 {
			if err := makePartition(ctx, tx, today.AddDate(0, 0, n)); err != nil {
				return fmt.Errorf("make partition: %w", err)
			}
		}
		return nil
	})
}

// makePartition asks first: creating locks the whole table for a moment.
func makePartition(ctx context.Context, tx pgx.Tx, day time.Time) error {
	name := day.Format(intakePartitionName)
	var exists bool
	if err := tx.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, name).Scan(&exists); err != nil || exists {
		return err
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(`CREATE TABLE %s PARTITION OF intake FOR VALUES FROM ('%s') TO ('%s')`,
		name, day.Format(time.DateOnly), day.AddDate(0, 0, 1).Format(time.DateOnly)))
	return err
}

// DropOld drops partitions older than the days to keep, unless a row of theirs
// is not dealt with yet, and forgets sources closed before them. It returns how
// many partitions it dropped.
func (i *Intake) DropOld(ctx context.Context) (int, error) {
	dropped := 0
	err := i.underPartitionLock(ctx, func(tx pgx.Tx) error {
		var today time.Time
		if err := tx.QueryRow(ctx, `SELECT (now() AT TIME ZONE 'UTC')::date`).Scan(&today); err != nil {
			return err
		}
		oldest := today.AddDate(0, 0, -i.cfg.KeepDays)
		rows, err := tx.Query(ctx, `
			SELECT relid::text FROM pg_partition_tree('intake') WHERE isleaf AND relid::text < $1 ORDER BY 1`,
			oldest.Format(intakePartitionName))
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range names {
			ok, err := dropPartition(ctx, tx, name)
			if err != nil {
				return fmt.Errorf("drop partition: %w", err)
			}
			if ok {
				dropped++
			}
		}
		_, err = tx.Exec(ctx, `DELETE FROM intake_source WHERE closed_at < $1::date`, oldest)
		return err
	})
	return dropped, err
}

func dropPartition(ctx context.Context, tx pgx.Tx, name string) (bool, error) {
	table := pgx.Identifier{name}.Sanitize()
	var pending bool
	err := tx.QueryRow(ctx, fmt.Sprintf(`
		SELECT EXISTS (SELECT FROM intake_source s WHERE closed_at IS NULL
			AND EXISTS (SELECT FROM %s r WHERE r.source = s.source AND r.seq > s.done_upto))`, table)).Scan(&pending)
	if err != nil || pending {
		return false, err
	}
	_, err = tx.Exec(ctx, `DROP TABLE `+table)
	return err == nil, err
}

// underPartitionLock gives up soon when the table is busy: waiting for it would
// make every append wait behind us.
func (i *Intake) underPartitionLock(ctx context.Context, use func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, i.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(intakePartitionLock)); err != nil {
			return err
		}
		return use(tx)
	})
}
