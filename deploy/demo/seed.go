package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// seed makes the demo's tenant, people and numbers, and tells its story if that
// was not told. Later starts find all of it, as whoever administers it has left it,
// and give the phones their chats back.
func seed(ctx context.Context, e *engine.Engine, sim *simulator.Simulator, told bool) error {
	if err := seedNumbers(ctx, e, sim); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	people := Staff()
	for n := range people {
		people[n].TenantID = tenant
		var err error
		if people[n], err = e.Staff.Ensure(ctx, people[n], DemoPassword); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	sim.SetWebhook(e.Gateway.URL() + "/webhooks/meta")
	if err := sim.Handshake(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	var err error
	if told {
		err = remind(ctx, e, sim)
	} else if err = seedQuickReplies(ctx, e, people); err == nil {
		err = tellStory(ctx, e, sim, people)
	}
	sim.Reseed()
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	return nil
}

// tellStory has everybody in at once.
func tellStory(ctx context.Context, e *engine.Engine, sim *simulator.Simulator, people []staff.Person) (err error) {
	var clients []*demoClient
	for _, p := range people {
		client, err := enter(ctx, e, p)
		if err != nil {
			return err
		}
		clients = append(clients, client)
	}
	err = (&teller{sim: sim, staff: clients}).tell(ctx)
	for _, client := range clients {
		err = errors.Join(err, client.leave(ctx))
	}
	return err
}

// remind gives the phones their chats back, as an administrator sees them: there is
// always one, whoever else was shut out.
func remind(ctx context.Context, e *engine.Engine, sim *simulator.Simulator) error {
	people, err := e.Staff.List(ctx, tenant)
	if err != nil {
		return err
	}
	admin := slices.IndexFunc(people, func(p staff.Person) bool { return p.Role == staff.RoleAdmin && !p.Disabled })
	if admin < 0 {
		return errors.New("the demo has no administrator; begin anew with make db/reset")
	}
	client, err := enter(ctx, e, people[admin])
	if err != nil {
		return err
	}
	return errors.Join(recall(ctx, sim, client), client.leave(ctx))
}

// seedNumbers registers the numbers that are not there yet. A number that somebody has
// connected is known to the simulator again, which keeps nothing.
func seedNumbers(ctx context.Context, e *engine.Engine, sim *simulator.Simulator) error {
	switch _, err := e.Numbers.Get(ctx, spareNumber); {
	case err == nil:
		sim.Connect(spareNumber)
	case !errors.Is(err, persistence.ErrNotFound):
		return err
	}
	for _, n := range Numbers() {
		switch _, err := e.Numbers.Get(ctx, n.Id); {
		case err == nil:
			continue
		case !errors.Is(err, persistence.ErrNotFound):
			return err
		}
		err := e.Relay.Register(ctx, numbers.Registration{
			Number: numbers.Number{
				ID: n.Id, TenantID: tenant, AccountID: Account, PortfolioID: Portfolio, TeamID: demoTeam,
				Display: n.display, Name: n.name, Token: token,
			},
			TenantName: demoTenantName, TeamName: "Atacado", AccountName: demoTenantName,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// recall gives the phones, whose simulator keeps nothing, what the engine knows
// of their chats. Customers that were made on the page get their phones back.
func recall(ctx context.Context, sim *simulator.Simulator, manager *demoClient) error {
	rows, err := manager.conversations(ctx)
	if err != nil {
		return err
	}
	slices.Reverse(rows) // the oldest first: a phone shows the number that it wrote to last
	for _, row := range rows {
		phone, err := phoneOf(sim, row)
		if err != nil {
			return err
		}
		path := conversationsPath + "/" + row.ID
		thread, err := manager.thread(ctx, path)
		if err != nil {
			return err
		}
		for _, m := range thread {
			known, had := m.onPhone()
			if !had {
				continue
			}
			if m.Content.Media != nil && !known.FromBusiness {
				if known.File, err = manager.file(ctx, path, m.ID); err != nil {
					return err
				}
			}
			if err := sim.Recall(phone, row.Number, known); err != nil {
				return fmt.Errorf("recall chat %s: %w", row.ID, err)
			}
		}
	}
	return nil
}

// onPhone is a message as the phone knew it; notes and what never left it did not.
func (m *demoMessage) onPhone() (known simulator.Recalled, had bool) {
	known = simulator.Recalled{ID: m.ID, Status: wa.StatusRead, At: m.SentAt, Content: m.Content}
	switch m.Direction {
	case "note":
		return known, false
	case "out":
		known.ID, known.FromBusiness, known.Status = m.Status.WAMID, true, wa.Status(m.Status.State)
	}
	return known, known.ID != "" && known.Status != wa.StatusFailed
}

// phoneOf finds the phone of a contact, by any of its names.
func phoneOf(sim *simulator.Simulator, row demoRow) (string, error) {
	address := strings.TrimPrefix(row.Contact.Address, "+")
	for _, p := range sim.Phones() {
		if p.WaID == address || p.BSUID == address || p.Username != "" && p.Username == strings.TrimPrefix(address, "@") {
			if p.HidePhone {
				return p.BSUID, nil
			}
			return p.WaID, nil
		}
	}
	p := simulator.Phone{WaID: address, Name: row.Contact.Name}
	if alias, _ := wa.ClassifyAddress(address); alias.Kind != wa.AliasPhone {
		p = simulator.Phone{BSUID: address, Name: row.Contact.Name, HidePhone: true}
	}
	if err := sim.AddPhone(p); err != nil {
		return "", fmt.Errorf("recall phone of %s: %w", row.ID, err)
	}
	return address, nil
}
