package demo

import (
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// demoTemplates are those of the demo's account: of every category, with
// positions and with names, and two that Meta has not approved.
func templates() []simulator.Template {
	return []simulator.Template{
		{
			Name: "retomar_atendimento", Language: "pt_BR", Category: "UTILITY",
			Body:    "Oi, {{1}}! Aqui é a {{2}}, da Lume. Ficou faltando {{3}}. Podemos seguir por aqui?",
			Buttons: []wa.TemplateButton{quickReply("Sim, podemos"), quickReply("Agora não")},
		},
		{
			Name: "pedido_pronto", Language: "pt_BR", Category: "UTILITY", Header: "Pedido {{1}}",
			Body:   "Oi, {{1}}! O seu pedido está pronto para retirada no Brás até *{{2}}*.",
			Footer: "Lume Atacado · Rua Oriente, 410",
			Buttons: []wa.TemplateButton{
				{Type: "URL", Text: "Acompanhar", URL: "https://lume.example/p/{{1}}"},
				{Type: "PHONE_NUMBER", Text: "Ligar para a loja", Phone: "+5511955501002"},
			},
		},
		{
			Name: "confirmar_endereco", Language: "pt_BR", Category: "UTILITY",
			Body:    "Oi, {{nome}}! Confirma a entrega em {{endereco}}?",
			Buttons: []wa.TemplateButton{quickReply("Confirmo"), quickReply("Mudou")},
		},
		{
			Name: "nova_colecao", Language: "pt_BR", Category: "MARKETING", Header: "Alto Verão chegou",
			Body:    "Oi, {{1}}! A nova coleção já está no showroom. Quer a tabela de preços?",
			Footer:  "Responda SAIR para não receber mais",
			Buttons: []wa.TemplateButton{quickReply("Quero a tabela")},
		},
		{Name: "saldao_inverno", Language: "pt_BR", Category: "MARKETING", Status: "PENDING", Body: "Saldão de inverno, {{1}}: até 40% nas peças de tricô."},
		{Name: "cobranca", Language: "pt_BR", Category: "UTILITY", Status: "REJECTED", Reason: "INCORRECT_CATEGORY", Body: "Compre já, {{1}}!"},
		{
			Name: "retomar_atendimento", Language: "pt_PT", Category: "UTILITY",
			Body:    "Olá, {{1}}! Podemos continuar a conversa por aqui?",
			Buttons: []wa.TemplateButton{quickReply("Sim, claro")},
		},
		{Name: "retomar_atendimento", Language: "es", Category: "UTILITY", Body: "Hola, {{1}}. ¿Seguimos con tu pedido por aquí?"},
		{Name: "order_ready", Language: "en", Category: "UTILITY", Body: "Hi {{name}}, your order {{order}} is ready to collect."},
	}
}

func quickReply(text string) wa.TemplateButton {
	return wa.TemplateButton{Type: "QUICK_REPLY", Text: text}
}
