package tenants_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// Every member hears that a tenant is shut, and of what is to be forgotten of one that is
// being erased, whichever member erases it and however late it looks.
func TestWatch(t *testing.T) {
	t.Parallel()
	pool, _, all := open(t)
	for _, number := range []wa.PhoneNumberID{"100", "101"} {
		if err := register(t, pool, "t1", number); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shut, erasing := make(chan wa.TenantID, 100), make(chan tenants.Erasing, 100)
	watch := func() {
		all.Watch(ctx, slog.New(slog.DiscardHandler), tenants.Watcher{
			Stand: func([]tenants.Standing) {}, Shut: func(id wa.TenantID) { shut <- id }, Erasing: func(e tenants.Erasing) { erasing <- e },
		})
	}
	go watch()
	if err := all.Close(t.Context(), "t1", "closed", 0); err != nil {
		t.Fatal(err)
	}
	if id := <-shut; id != "t1" {
		t.Errorf("shut is %s", id)
	}
	if _, err := all.Erase(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	is := func(what string, e tenants.Erasing, young bool) {
		t.Helper()
		slices.Sort(e.Numbers)
		if e.ID != "t1" || !slices.Equal(e.Numbers, []wa.PhoneNumberID{"100", "101"}) || e.Young != young {
			t.Errorf("%s: %+v", what, e)
		}
	}
	is("at once", <-erasing, true)
	is("and once more", <-erasing, true)
	pgtest.Exec(t, pool, `UPDATE erasure SET begun_at = begun_at - interval '1 min'`)
	go watch() // a member that starts now
	for {
		select {
		case e := <-erasing:
			if e.Young { // it was read before
				continue
			}
			is("by one that is late", e, false)
		case <-time.After(time.Minute):
			t.Error("a member that starts late is told nothing")
		}
		return
	}
}
