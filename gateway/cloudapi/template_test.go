package cloudapi_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// Only an upgrade of the throughput is news of it.
func TestThroughputNews(t *testing.T) {
	t.Parallel()
	upgrade := cloudapi.ThroughputNews{Display: "4915550100200", Rate: 1000}
	for file, want := range map[string]cloudapi.ThroughputNews{
		"phone_number_quality_update": upgrade, "phone_number_quality_update_legacy": {}, "template_quality_update": {},
	} {
		body, err := os.ReadFile("testdata/webhooks/fields/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		delivery, err := cloudapi.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := delivery.Events[0].Field.ThroughputNews(); got != want || ok != (want == upgrade) {
			t.Errorf("%s: %+v, %v; want %+v", file, got, ok, want)
		}
	}
}

// The whole list comes over many pages, of every status, as Meta would send it.
func TestTemplatesOfAnAccount(t *testing.T) {
	t.Parallel()
	var templates []simulator.Template
	for i := range 230 {
		templates = append(templates, simulator.Template{Name: fmt.Sprintf("t_%03d", i), Language: "it", Category: "UTILITY", Body: "Ciao {{1}}"})
	}
	templates[7].Status, templates[7].Reason = "REJECTED", "INCORRECT_CATEGORY"
	sim := simulator.New(simulator.Config{
		Numbers: []simulator.Number{{ID: "1", AccountID: "21", Token: "token"}}, Templates: templates, AppSecret: "s", NeedProof: true,
	})
	t.Cleanup(func() { _ = sim.Close() })
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: server.URL, AppSecret: "s"})
	t.Cleanup(client.Close)

	list, err := client.Templates(t.Context(), "21", "token")
	if err != nil || len(list) != len(templates) {
		t.Fatalf("%d templates, %v", len(list), err)
	}
	want := cloudapi.Template{ID: list[7].ID, Name: "t_007", Language: "it", Category: "UTILITY", Status: "REJECTED", Reason: "INCORRECT_CATEGORY"}
	list[7].Components = nil
	if diff := cmp.Diff(want, list[7]); diff != "" || want.ID == "" {
		t.Errorf("a rejected one (-want +got):\n%s", diff)
	}
	if got := string(list[229].Components); !strings.Contains(got, `"text":"Ciao {{1}}"`) {
		t.Errorf("components of the last: %s", got)
	}
	_, err = client.Templates(t.Context(), "21", "wrong")
	if e, ok := errors.AsType[*cloudapi.SendError](err); !ok || e.Class != cloudapi.ClassAuthStop {
		t.Errorf("with a wrong token: %v", err)
	}
	if _, err = client.Templates(t.Context(), "22", "token"); err == nil {
		t.Error("a strange account was listed")
	}
}

func TestTemplateNews(t *testing.T) {
	t.Parallel()
	news := func(more cloudapi.TemplateNews) cloudapi.TemplateNews {
		more.Name, more.Language = "order_ready", "it"
		return more
	}
	for file, want := range map[string]cloudapi.TemplateNews{
		"status_approved":           news(cloudapi.TemplateNews{Status: "APPROVED"}),
		"status_paused":             news(cloudapi.TemplateNews{Status: "PAUSED"}),
		"status_reinstated":         news(cloudapi.TemplateNews{Status: "APPROVED"}),
		"status_flagged":            news(cloudapi.TemplateNews{}),
		"quality_update":            news(cloudapi.TemplateNews{Quality: "YELLOW"}),
		"components_update":         news(cloudapi.TemplateNews{}),
		"category_update_done":      news(cloudapi.TemplateNews{Category: "MARKETING"}),
		"category_update_impending": news(cloudapi.TemplateNews{}),
	} {
		body, err := os.ReadFile("testdata/webhooks/fields/template_" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		delivery, err := cloudapi.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		event := delivery.Events[0]
		if got, ok := event.Field.TemplateNews(); !ok || got != want || event.AccountID == "" {
			t.Errorf("%s: %+v, %v of %q; want %+v", file, got, ok, event.AccountID, want)
		}
	}
	if _, ok := (&cloudapi.Field{Name: "account_update", Raw: []byte(`{}`)}).TemplateNews(); ok {
		t.Error("news of an account count as news of a template")
	}
	if got, ok := (&cloudapi.Field{Name: "message_template_status_update", Raw: []byte(`{"event":7}`)}).TemplateNews(); !ok || got != (cloudapi.TemplateNews{}) {
		t.Errorf("news that cannot be read: %+v, %v", got, ok)
	}
}
