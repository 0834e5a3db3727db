package cloudapi

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	tests := map[int]Class{
		0: ClassAuthStop, 190: ClassAuthStop, 104: ClassAuthStop, 2500: ClassAuthStop,
		3: ClassAuthStop, 10: ClassAuthStop, 200: ClassAuthStop, 299: ClassAuthStop, 131005: ClassAuthStop,
		1: ClassRetry, 2: ClassRetry, 131000: ClassRetry, 131016: ClassRetry, 133004: ClassRetry,
		4: ClassRetryLater, 33: ClassNumberStop, 80007: ClassRetryLater, 100: ClassPermanent, 368: ClassNumberStop,
		130403: ClassPermanent, 130429: ClassRetry, 130472: ClassPermanent, 130497: ClassPermanent,
		131009: ClassPermanent, 131026: ClassHuman, 131031: ClassNumberStop, 131042: ClassNumberStop,
		131045: ClassNumberStop, 133010: ClassNumberStop, 131047: ClassTemplate, 131048: ClassRetryLater,
		131049: ClassRetryLater, 131050: ClassPermanent, 131051: ClassPermanent, 131052: ClassHuman,
		131053: ClassPermanent, 131056: ClassRetryUser, 131057: ClassRetry, 131060: ClassIgnore,
		131062: ClassPermanent, 131064: ClassRetryLater, 131201: ClassPermanent, 132000: ClassPermanent,
		132001: ClassTemplate, 132015: ClassTemplate, 132016: ClassTemplate, 133016: ClassNumberStop,
		134101: ClassRetryLater, 134102: ClassPermanent, 137000: ClassHuman, 138001: ClassPermanent,
		139100: ClassPermanent, 147005: ClassPermanent, 1752041: ClassIgnore, 2593109: ClassIgnore, 200005: ClassPermanent,
	}
	for code, class := range tests {
		info := Explain(code)
		if info.Class != class || !info.Known || info.Meaning == "" || info.Next == "" {
			t.Errorf("%d: %+v", code, info)
		}
	}
	for _, code := range []int{-1, 77, 131999, 999999} {
		if info := Explain(code); info.Known || info.Class != ClassPermanent || info.Next == "" {
			t.Errorf("unknown %d: %+v", code, info)
		}
	}
}

func TestAnswerErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file    string
		status  int
		outcome Outcome
		class   Class
		after   time.Duration
	}{
		{"error_0", 401, Retry, ClassAuthStop, 0},
		{"error_190", 401, Retry, ClassAuthStop, 0},
		{"error_10", 403, Retry, ClassAuthStop, 0},
		{"error_100", 400, Rejected, ClassPermanent, 0},
		{"error_130403", 400, Rejected, ClassPermanent, 0},
		{"error_130429", 400, Retry, ClassRetry, time.Second},
		{"error_131000", 500, Retry, ClassRetry, time.Second},
		{"error_131009", 400, Rejected, ClassPermanent, 0},
		{"error_131016", 503, Retry, ClassRetry, time.Second},
		{"error_131030", 400, Rejected, ClassPermanent, 0},
		{"error_131031", 403, Rejected, ClassNumberStop, 0},
		{"error_131042", 400, Rejected, ClassNumberStop, 0},
		{"error_131048", 400, Retry, ClassRetryLater, time.Hour},
		{"error_131056", 400, Retry, ClassRetryUser, 6 * time.Second},
		{"error_131057", 500, Retry, ClassRetry, 2 * time.Minute},
		{"error_131062", 400, Rejected, ClassPermanent, 0},
		{"error_131063", 400, Rejected, ClassPermanent, 0},
		{"error_132000", 400, Rejected, ClassPermanent, 0},
		{"error_132001", 404, Retry, ClassTemplate, time.Minute},
		{"error_132018", 400, Rejected, ClassPermanent, 0},
		{"error_133010", 400, Rejected, ClassNumberStop, 0},
		{"error_2", 503, Retry, ClassRetry, time.Second},
		{"error_33", 400, Rejected, ClassNumberStop, 0},
		{"error_4", 400, Retry, ClassRetryLater, time.Hour},
		{"error_80007", 400, Retry, ClassRetryLater, time.Hour},
	}
	for _, test := range tests {
		body, err := os.ReadFile("testdata/responses/" + test.file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		e := answerError(test.status, http.Header{}, body)
		if e.Outcome != test.outcome || e.Class != test.class || e.HTTPStatus != test.status || e.RetryAfter != test.after || e.Detail == "" {
			t.Errorf("%s: %+v", test.file, e)
		}
	}
}

func TestAnswerErrorsThatSayNothing(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{
		502: "<html>Bad Gateway</html>", 500: "", 400: "{}", 302: `{"error":{"code":100}}`, 503: `{"error":"down"}`,
	} {
		if e := answerError(status, http.Header{}, []byte(body)); e.Outcome != Ambiguous {
			t.Errorf("%d %q: %+v", status, body, e)
		}
	}
	unknown := answerError(500, http.Header{}, []byte(`{"error":{"code":987654,"message":"new"}}`))
	if unknown.Outcome != Retry || unknown.Class != ClassRetry {
		t.Errorf("unknown code with 500: %+v", unknown)
	}
	if e := answerError(400, http.Header{}, []byte(`{"error":{"code":987654,"message":"new"}}`)); e.Outcome != Rejected {
		t.Errorf("unknown code with 400: %+v", e)
	}
	if e := answerError(500, http.Header{}, []byte(`{"error":{"code":134102}}`)); e.Outcome != Rejected {
		t.Errorf("134102 is permanent in spite of its status: %+v", e)
	}
}

func TestRetryAfterFollowsTheAnswer(t *testing.T) {
	t.Parallel()
	body := []byte(`{"error":{"code":80007}}`)
	usage := http.Header{"X-Business-Use-Case-Usage": {`{"210":[{"call_count":100,"estimated_time_to_regain_access":7}]}`}}
	if e := answerError(400, usage, body); e.RetryAfter != 7*time.Minute {
		t.Errorf("usage header: %s", e.RetryAfter)
	}
	if e := answerError(400, http.Header{"Retry-After": {"90"}}, body); e.RetryAfter != 90*time.Second {
		t.Errorf("Retry-After: %s", e.RetryAfter)
	}
	if e := answerError(400, http.Header{"Retry-After": {"999999999"}}, body); e.RetryAfter != 24*time.Hour {
		t.Errorf("absurd Retry-After: %s", e.RetryAfter)
	}
	if strings.Contains(answerError(400, usage, body).Error(), "wamid") {
		t.Error("content in an error")
	}
}
