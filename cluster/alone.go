package cluster

import (
	"context"
	"fmt"
	"time"
)

// aloneSQL keeps the row of a member that is alone. Claims in the database are
// judged by it, and only by processes of its own: it runs for ever, so that none is
// judged dead for having slept. The row stays when the member stops: rows of others
// are of processes before, and go.
const aloneSQL = `
WITH dead AS (DELETE FROM member WHERE cluster = $1 AND id <> $2)
INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until)
VALUES ($1, $2, $3, '', $4, now(), now(), 'infinity') ON CONFLICT (cluster, id) DO NOTHING`

// rowBudget is how long one look after the row may take. It has nothing to do with the
// lease: nobody judges this member by a look that is late.
const rowBudget = 5 * time.Second

// makeKnown makes this member, which is alone, known in its database, and has it stay
// there.
func (m *Member) makeKnown(ctx context.Context) error {
	if err := m.keepRow(ctx); err != nil {
		return err
	}
	m.background.Go(func() {
		for told := false; pause(m.base, m.cfg.Lease); {
			err := m.keepRow(m.base)
			if err != nil && !told && !m.stopped() {
				m.log.Warn("the member's row is not looked after: is the database away?", "error", err)
			}
			told = err != nil
		}
	})
	return nil
}

// keepRow writes the row if it is not there. It writes nothing otherwise.
func (m *Member) keepRow(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, rowBudget)
	defer cancel()
	_, err := m.cfg.Pool.Exec(ctx, aloneSQL, m.cfg.Name, m.id, lockNumber(m.id), m.kindNames())
	if err != nil {
		return fmt.Errorf("write member: %w", err)
	}
	return nil
}
