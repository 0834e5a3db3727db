package standing_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/standing"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/onboarding"
)

// What webhooks of Meta's tell; all others tell nothing.
func TestNewsOf(t *testing.T) {
	t.Parallel()
	until := time.Unix(1795604800, 0).UTC()
	want := map[string]standing.News{
		"phone_number_quality_update":        {Display: "4915550100200", Tier: "TIER_UNLIMITED"},
		"phone_number_quality_update_legacy": {Display: "4915550100200", Tier: "TIER_10K"},
		"phone_number_name_update":           {Display: "4915550100200", NameStatus: "REJECTED"},
		"business_capability_update":         {Tier: "TIER_2K"},
		"business_capability_update_v23":     {Tier: "TIER_2K"},
		"account_update_restriction": {
			Restriction: "RESTRICTED_BIZ_INITIATED_MESSAGING RESTRICTED_CUSTOMER_INITIATED_MESSAGING", RestrictedUntil: until,
		},
		"account_update_disabled":    {Restriction: "SCHEDULE_FOR_DISABLE"},
		"account_update_violation":   {Restriction: "SPAM"},
		"account_update_volume_tier": {},
	}
	files, err := filepath.Glob("../testdata/webhooks/fields/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		delivery, err := cloudapi.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file[:len(file)-len(".json")])
		for _, event := range delivery.Events {
			if event.Field == nil {
				continue
			}
			news, ok := standing.NewsOf(event.Field)
			expected, known := want[name]
			if known && (!ok || news != expected) {
				t.Errorf("%s: %+v, %v; want %+v", name, news, ok, expected)
			}
			if known {
				found++
			}
		}
	}
	if found != len(want) {
		t.Errorf("%d of %d samples are there", found, len(want))
	}
	for event, quality := range map[string]string{"FLAGGED": "RED", "UNFLAGGED": "YELLOW", "ONBOARDING": ""} {
		raw := `{"display_phone_number":"1","event":"` + event + `","current_limit":"TIER_1K"}`
		if n, ok := standing.NewsOf(&cloudapi.Field{Name: "phone_number_quality_update", Raw: []byte(raw)}); !ok || n.Quality != quality {
			t.Errorf("%s: %+v, %v", event, n, ok)
		}
	}
	if _, ok := standing.NewsOf(&cloudapi.Field{Name: "account_update", Raw: []byte(`7`)}); ok {
		t.Error("a figure tells something")
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	sim := simulator.New(simulator.Config{Numbers: []simulator.Number{{
		ID: "1", AccountID: "21", Token: "token", Standing: onboarding.Standing{Quality: "RED", Tier: "TIER_250", NameStatus: "DECLINED"},
	}}})
	t.Cleanup(func() { _ = sim.Close() })
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: server.URL})
	t.Cleanup(client.Close)
	got, err := standing.Read(t.Context(), client, "1", "token")
	want := standing.Reading{Quality: "RED", Tier: "TIER_250", Throughput: "STANDARD", Status: "CONNECTED", CanSend: "AVAILABLE", NameStatus: "DECLINED"}
	if err != nil || got != want {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
	if _, err := standing.Read(t.Context(), client, "1", "another"); err == nil {
		t.Error("any token reads it")
	}
}
