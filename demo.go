package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/web"
	"github.com/prosa-chat/prosa/persistence"
)

// The demo is a wholesale fashion brand with two numbers, two agents and a manager.
const (
	demoTenant    = wa.TenantID("lume")
	demoTeam      = wa.TeamID("atacado")
	demoAccount   = wa.AccountID("210987654321001")
	demoPortfolio = wa.PortfolioID("330987654321001")
	demoPassword  = "prosa-demo"
	demoVerify    = "prosa-demo-verify"
	demoSeed      = 20261124
)

// demoToken is the access token of the simulated Meta; it opens nothing else.
const demoToken = "demo-access-token" // opens a simulator in this process only

type demoNumber struct {
	id            wa.PhoneNumberID
	display, name string
}

func demoNumbers() []demoNumber {
	return []demoNumber{
		{"998877665544332", "5511955501002", "Lume Atacado · Brás"},
		{"998877665544333", "351915550100", "Lume Atacado · Lisboa"},
	}
}

func demoStaff() []persistence.Person {
	teams := []wa.TeamID{demoTeam}
	return []persistence.Person{
		{Email: "ana@lume.example", Name: "Ana Ribeiro", Role: persistence.RoleAgent, Teams: teams},
		{Email: "bruno@lume.example", Name: "Bruno Tavares", Role: persistence.RoleAgent, Teams: teams},
		{Email: "rafaela@lume.example", Name: "Rafaela Nunes", Role: persistence.RoleManager, Teams: teams},
	}
}

func demoPhones() []simulator.Phone {
	return []simulator.Phone{
		{WaID: "5534955501142", BSUID: "BR.8f3a41c27d90b6c21e", Username: "boutiquehelo", Name: "Helena Prado"},
		{WaID: "5581955503187", BSUID: "BR.1b77e0c5aa3144d902", Name: "Marcos Teixeira"},
		{WaID: "5575955502290", BSUID: "BR.c0de51f2b7e84413aa", Name: "Cida Modas"},
		{WaID: "5519955504471", BSUID: "BR.77aa90b1c2d3e4f506", Name: "Patrícia Lemos"},
		{WaID: "5515955506650", BSUID: "BR.9090aabbccddeeff11", Username: "lojadavila", Name: "Loja da Vila", HidePhone: true},
		{WaID: "351915550155", BSUID: "PT.5a5b5c5d5e5f606162", Name: "Inês Carvalho"},
	}
}

// demoSayings are the seeded first messages, in the order of their telling.
func demoSayings() []struct {
	phone  string
	number int
	text   string
} {
	return []struct {
		phone  string
		number int
		text   string
	}{
		{"5519955504471", 0, "Oi! Fico no aguardo da confirmação do endereço"},
		{"5575955502290", 0, "Tenho interesse no conjunto de tricô. Vocês mandam a tabela?"},
		{"351915550155", 1, "Bom dia! A transportadora entrega em Braga até sexta?"},
		{"BR.9090aabbccddeeff11", 0, "Boa tarde, qual o pedido mínimo?"},
		{"5581955503187", 0, "Bom dia! Ainda tem a calça pantalona preta na grade P ao GG?"},
		{"5534955501142", 0, "Eu levo as 40, mas preciso de preço melhor"},
		{"5534955501142", 0, "Se fechar 6% eu já pago no Pix agora de manhã"},
	}
}

// serveDemo runs the engine and a simulated Meta in one process. The simulator's
// clock is the grains' clock too, so that moving it closes windows.
func serveDemo(ctx context.Context, c config, db *database, o *observation, stdout io.Writer) error {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return fmt.Errorf("make app secret: %w", err)
	}
	c.AppSecret, c.VerifyToken = hex.EncodeToString(random), demoVerify
	sim := simulator.New(demoSimulator(c, o))
	if err := sim.Open(c.PhonesListen); err != nil {
		if !errors.As(err, new(*net.OpError)) {
			return err
		}
		return fmt.Errorf("%w\nremedy: free the port, or give the phones another one: PROSA_PHONES_LISTEN=127.0.0.1:0", err)
	}
	defer func() { _ = sim.Close() }() // it keeps nothing
	c.GraphURL = sim.URL()
	e, err := startEngine(ctx, c, db, o, extras{now: sim.Now, web: web.DemoHandler(), demo: demoDoor(sim.URL())})
	if err != nil {
		return err
	}
	ana := demoStaff()[0]
	sim.SetInbox(simulator.Inbox{URL: e.gateway.URL(), Door: doorFor(e.gateway.URL(), ana), Name: firstName(ana)})
	if err := e.seed(ctx, sim); err != nil {
		return errors.Join(err, e.close(context.WithoutCancel(ctx)))
	}
	printDemo(stdout, e.gateway.URL(), sim.URL())
	return e.wait(ctx)
}

// demoDoor lets anybody be one of the demo's people.
func demoDoor(phones string) *gateway.Demo {
	d := &gateway.Demo{Phones: phones, Tenant: demoTenant}
	for _, p := range demoStaff() {
		d.Emails = append(d.Emails, p.Email)
	}
	return d
}

func demoSimulator(c config, o *observation) simulator.Config {
	cfg := simulator.Config{
		Phones: demoPhones(), Templates: demoTemplates(), AppSecret: c.AppSecret, NeedProof: true,
		VerifyToken: c.VerifyToken, Seed: demoSeed, Logger: o.log,
	}
	for _, n := range demoNumbers() {
		cfg.Numbers = append(cfg.Numbers, simulator.Number{
			ID: n.id, Display: n.display, Name: n.name, AccountID: demoAccount, Token: demoToken,
		})
	}
	return cfg
}

// seed makes the demo's tenant, people, numbers and first conversations. Seeding
// again changes nothing: accounts and numbers are upserted, and the seeded
// messages carry the same ids each time, which the engine knows already.
func (e *engine) seed(ctx context.Context, sim *simulator.Simulator) error {
	for _, n := range demoNumbers() {
		err := e.numbers.Register(ctx, persistence.Registration{
			Number: persistence.Number{
				ID: n.id, TenantID: demoTenant, AccountID: demoAccount, PortfolioID: demoPortfolio, TeamID: demoTeam,
				Display: n.display, Name: n.name, Token: demoToken,
			},
			TenantName: "Lume Atacado", TeamName: "Atacado", AccountName: "Lume Atacado",
		})
		if err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	for _, p := range demoStaff() {
		p.TenantID = demoTenant
		if _, err := e.staff.Upsert(ctx, p, demoPassword); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	sim.SetWebhook(e.gateway.URL() + "/webhooks/meta")
	if err := sim.Handshake(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	for _, s := range demoSayings() {
		if _, err := sim.Say(s.phone, demoNumbers()[s.number].id, s.text); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	sim.Reseed()
	return nil
}

// printDemo tells a newcomer what to open and what to try.
func printDemo(w io.Writer, inbox, phones string) {
	fmt.Fprintf(w, `
  Inbox    %[1]s/
  Phones   %[2]s/

  You are Ana of Lume Atacado. WhatsApp is simulated: nothing here reaches Meta.
  Write as a customer on the phones; claim and reply in the inbox.
  Be %[4]s beside her: %[3]s
  Move the phones' clock and the 24-hour window closes. Then cut the network, or kill -9.
  Ctrl-C stops it; the next start finds everything as it was.
`, inbox, phones, doorFor(besides(inbox), demoStaff()[1]), firstName(demoStaff()[1]))
}

// doorFor is the address at which the inbox lets somebody in.
func doorFor(inbox string, p persistence.Person) string { return inbox + "/?as=" + p.Email }

func firstName(p persistence.Person) string {
	name, _, _ := strings.Cut(p.Name, " ")
	return name
}

// besides is the other name of the machine: browsers keep the log-ins of
// 127.0.0.1 and localhost apart, so that one can be two people at once.
func besides(inbox string) string { return strings.Replace(inbox, "//127.0.0.1:", "//localhost:", 1) }
