package demo

import (
	"context"
	"fmt"

	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/quickreply"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// quickReplies are what the people of the demo write every day: whose each is, by the
// place in Staff of who made it.
func quickReplies() []struct {
	by int
	quickreply.Reply
} {
	reply := func(of quickreply.Visibility, shortcut, title, text string) quickreply.Reply {
		r := quickreply.Reply{Visibility: of, Shortcut: shortcut, Title: title, Text: text}
		if of == quickreply.Team {
			r.TeamID = demoTeam
		}
		return r
	}
	return []struct {
		by int
		quickreply.Reply
	}{
		{asRafaela, reply(quickreply.Team, "prazo", "Prazo de entrega",
			"Oi, {{contact.first_name}}! O pedido {{número do pedido}} sai da loja {{number.name}} em {{prazo}}. Te mando o rastreio por aqui.")},
		{asRafaela, reply(quickreply.Team, "prazotroca", "Prazo de troca",
			"{{contact.first_name}}, a troca é grátis em até 30 dias: é só a peça estar com a etiqueta. Quer que eu mande a etiqueta do correio?")},
		{asRafaela, reply(quickreply.Company, "prazoboleto", "Prazo do boleto",
			"O boleto vence em 3 dias úteis. Assim que o banco confirma, a gente separa o seu pedido.")},
		{asRafaela, reply(quickreply.Company, "pix", "Dados do Pix", "A chave do Pix é financeiro@lume.example, em nome de {{company}}.")},
		{asRafaela, reply(quickreply.Company, "bomdia", "Bom dia", "Bom dia, {{contact.first_name}}! Aqui é da {{company}}. Como posso ajudar?")},
		{asAna, reply(quickreply.Own, "prazolinho", "Prazo do linho", "O linho cru chega na quinta. Separo quantas peças para você?")},
	}
}

// seedQuickReplies makes them, once.
func seedQuickReplies(ctx context.Context, e *engine.Engine, people []staff.Person) error {
	replies := quickreply.New(e.Db.Pool)
	for _, r := range quickReplies() {
		by := &people[r.by]
		v := &quickreply.Viewer{Scope: by.Scope(), Own: true, Keeps: by.Role != staff.RoleAgent}
		as := audit.Acting(ctx, audit.By{Kind: audit.ByAgent, ID: string(by.ID), Name: by.Name})
		if _, err := replies.Make(as, v, r.Reply); err != nil {
			return fmt.Errorf("seed quick reply %s: %w", r.Shortcut, err)
		}
	}
	return nil
}
