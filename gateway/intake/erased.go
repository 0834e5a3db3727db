package intake

import "context"

// dropErased takes out of a plan what is of nobody and was an erased tenant's: it is not
// noted, and its words leave the raw bodies. It returns the rows of those events. Only
// what would be noted is asked for, so an event that is applied costs nothing. What
// cannot be asked or removed now is noted like any other: nothing waits for it here.
func (a *Applier) dropErased(plan *routing) (rows []*heldRow) {
	var ids []string
	of := func(n int) []string {
		event := plan.arrivals[n].event
		return []string{string(event.PhoneNumberID), string(event.AccountID)}
	}
	for n, note := range plan.notes {
		if note != nil && plan.arrivals[n].row != nil && plan.numbers[n].TenantID == "" {
			ids = append(ids, of(n)...)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	ctx := a.work.Context()
	gone, err := a.store.Intake.Erased(ctx, ids)
	if err != nil || len(gone) == 0 {
		a.complainOfErased(err)
		return nil
	}
	erased := make(map[string]bool, len(gone))
	for _, id := range gone {
		erased[id] = true
	}
	removed := make(map[*heldRow]bool)
	for n, note := range plan.notes {
		row, id := plan.arrivals[n].row, of(n)
		if note == nil || row == nil || plan.numbers[n].TenantID != "" || !erased[id[0]] && !erased[id[1]] {
			continue
		}
		if !removed[row] {
			// Before the row is done: a crash in between brings what is left of it once more.
			if err := a.store.Intake.Remove(ctx, row.Day, row.Source, row.Seq, gone); err != nil {
				a.complainOfErased(err)
				continue
			}
			removed[row] = true
		}
		plan.notes[n] = nil
		rows = append(rows, row)
	}
	return rows
}

func (a *Applier) complainOfErased(err error) {
	if err != nil && a.work.Context().Err() == nil {
		a.cfg.Logger.Warn("what was an erased tenant's is noted, and not dropped", "error", err)
	}
}

// dropped ends events that nothing is kept of.
func (a *Applier) dropped(rows []*heldRow) {
	for _, row := range rows {
		a.metrics.dropped.Add(context.Background(), 1)
		a.done(row)
	}
}
