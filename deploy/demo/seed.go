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
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// seed makes the demo's tenant, people and numbers, and tells its story if that
// was not told. Later starts find all of it and give the phones their chats back.
func seed(ctx context.Context, e *engine.Engine, sim *simulator.Simulator, told bool) error {
	if err := seedNumbers(ctx, e); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	var staff []*demoClient
	for _, p := range Staff() {
		p.TenantID = tenant
		p, err := e.Staff.Ensure(ctx, p, DemoPassword)
		if err != nil {
			return fmt.Errorf("seed: %w", err)
		}
		client, err := enter(ctx, e, p)
		if err != nil {
			return fmt.Errorf("seed: %w", err)
		}
		staff = append(staff, client)
	}
	sim.SetWebhook(e.Gateway.URL() + "/webhooks/meta")
	if err := sim.Handshake(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	var err error
	if told {
		err = recall(ctx, sim, staff[asRafaela])
	} else {
		err = (&teller{sim: sim, staff: staff}).tell(ctx)
	}
	sim.Reseed()
	for _, client := range staff {
		err = errors.Join(err, client.leave(ctx))
	}
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	return nil
}

func seedNumbers(ctx context.Context, e *engine.Engine) error {
	for _, n := range Numbers() {
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
