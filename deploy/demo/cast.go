package demo

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/onboarding"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// The demo is a wholesale fashion brand with three numbers, two agents and a manager.
const (
	tenant         = wa.TenantID("lume")
	demoTenantName = "Lume Atacado"
	demoTeam       = wa.TeamID("atacado")
	Account        = wa.AccountID("210987654321001")
	Portfolio      = wa.PortfolioID("330987654321001")
	DemoPassword   = "prosa-demo"
	verify         = "prosa-demo-verify"
	seedOfChance   = 20261124
)

// demoToken is the access token of the simulated Meta; it opens nothing else.
const token = "demo-access-token" // opens a simulator in this process only

// What a newcomer connects by himself: a number of a second account, with a token that
// sees only that one.
const (
	spareAccount = wa.AccountID("210987654321002")
	spareNumber  = wa.PhoneNumberID("998877665544335")
	spareToken   = "demo-token-of-the-second-account" //nolint:gosec // opens a simulator in this process only
)

type demoNumber struct {
	Id            wa.PhoneNumberID
	display, name string
	standing      onboarding.Standing // how it fares; empty: well
}

// Places of demoNumbers.
const (
	InBras = iota
	inLisboa
	inFortaleza
)

func Numbers() []demoNumber {
	return []demoNumber{
		{"998877665544332", "5511955501002", "Lume Atacado · Brás", onboarding.Standing{}},
		{"998877665544333", "351915550100", "Lume Atacado · Lisboa", onboarding.Standing{Quality: "YELLOW", Tier: "TIER_10K"}},
		{"998877665544334", "5585955504400", "Lume Atacado · Fortaleza", onboarding.Standing{Quality: "RED", Tier: "TIER_1K", NameStatus: "DECLINED"}},
	}
}

// Places of demoStaff.
const (
	asAna = iota
	asBruno
	asRafaela
)

func Staff() []staff.Person {
	teams := []wa.TeamID{demoTeam}
	return []staff.Person{
		{
			Email: "ana@lume.example", Name: "Ana Ribeiro", Role: staff.RoleAgent, Teams: teams,
			Profile: staff.Profile{Skills: []string{"desconto", "linho"}, Languages: []string{"pt-BR", "es"}, TimeZone: "America/Sao_Paulo"},
		},
		{
			Email: "bruno@lume.example", Name: "Bruno Tavares", Role: staff.RoleAgent, Teams: teams,
			Profile: staff.Profile{Skills: []string{"carteira", "jeans"}, Languages: []string{"pt-BR"}, TimeZone: "America/Sao_Paulo"},
		},
		{
			Email: "rafaela@lume.example", Name: "Rafaela Nunes", Role: staff.RoleManager, Teams: teams,
			Profile: staff.Profile{Skills: []string{"troca", "nota fiscal"}, Languages: []string{"pt-BR", "en"}, TimeZone: "America/Sao_Paulo"},
		},
		{
			Email: "renata@lume.example", Name: "Renata Melo", Role: staff.RoleAdmin, Teams: teams,
			Profile: staff.Profile{Languages: []string{"pt-BR"}, TimeZone: "America/Sao_Paulo"},
		},
	}
}

func firstName(p staff.Person) string {
	name, _, _ := strings.Cut(p.Name, " ")
	return name
}

func Phones() []simulator.Phone {
	return []simulator.Phone{
		{WaID: "5534955501142", BSUID: "BR.8f3a41c27d90b6c21e", Username: "boutiquehelo", Name: "Helena Prado", Place: "Uberlândia, MG"},
		{WaID: "5581955503187", BSUID: "BR.1b77e0c5aa3144d902", Name: "Marcos Teixeira", Place: "Recife, PE"},
		{WaID: "5575955502290", BSUID: "BR.c0de51f2b7e84413aa", Name: "Cida Modas", Place: "Feira de Santana, BA"},
		{WaID: "5519955504471", BSUID: "BR.77aa90b1c2d3e4f506", Name: "Patrícia Lemos", Place: "Campinas, SP"},
		{WaID: "5515955506650", BSUID: "BR.9090aabbccddeeff11", Username: "lojadavila", Name: "Loja da Vila", HidePhone: true},
		{WaID: "351915550155", BSUID: "PT.5a5b5c5d5e5f606162", Name: "Inês Carvalho", Place: "Braga, Portugal"},
		{WaID: "5562955507781", BSUID: "BR.21fe09ac7711d0e4b3", Name: "Wellington Jeans", Place: "Jaraguá, GO"},
		{WaID: "5514955508862", BSUID: "BR.5d5e77a0913cbb2f40", Name: "Sônia Okamoto", Place: "Marília, SP"},
		{WaID: "5584955509914", BSUID: "BR.ee4410cd9a7755f1c2", Name: "Thiago Bastos", Place: "Natal, RN"},
		{WaID: "5581955501236", BSUID: "BR.0b6c2f8d4e9a13570f", Name: "Mundo Feminino", Place: "Caruaru, PE"},
		{WaID: "5514955502357", BSUID: "BR.a91d3c5e7f20468bdc", Name: "Yasmin Haddad", Place: "Bauru, SP"},
		{WaID: "5562955503468", BSUID: "BR.70f1e2d3c4b5a69788", Username: "rosachic", Name: "Rosa Chic", Place: "Goiânia, GO"},
	}
}
