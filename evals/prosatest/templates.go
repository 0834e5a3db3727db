package prosatest

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// testTemplates are those of the tests' account.
func testTemplates() []simulator.Template {
	return []simulator.Template{
		{Name: "retomar_atendimento", Language: "pt_BR", Category: "UTILITY", Body: "Olá, {{1}}! Podemos continuar?"},
		{
			Name: "pedido_pronto", Language: "pt_BR", Category: "UTILITY", Header: "Pedido {{1}}",
			Body: "Oi, {{1}}! Pode retirar até *{{2}}*.", Footer: "Lume Atacado",
			Buttons: []wa.TemplateButton{
				{Type: "QUICK_REPLY", Text: "Combinado"}, {Type: "URL", Text: "Acompanhar", URL: "https://lume.example/p/{{1}}"},
			},
		},
		{Name: "saldao", Language: "pt_BR", Category: "MARKETING", Status: "PENDING", Body: "Saldão, {{1}}!"},
		{Name: "segundo_codigo", Language: "pt_BR", Category: "AUTHENTICATION", Body: "{{1}} é o seu código."},
		{Name: "order_ready", Language: "en", Category: "UTILITY", Body: "Hi {{name}}, order {{order}} is ready."},
	}
}

// Templates waits until the number has so many that are approved.
func (d *Desk) Templates(t *testing.T, count int) (list Answer) {
	t.Helper()
	await.Eventually(t, fmt.Sprint(count, " approved templates"), func() (any, bool) {
		list = Expect(t, d.Ana.Get(t, "/api/v1/numbers/"+string(Brasil)+"/templates?status=approved"), http.StatusOK)
		rows, _ := list.At("templates").([]any)
		return list, len(rows) == count
	})
	return list
}
