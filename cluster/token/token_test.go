package token

import (
	"context"
	"testing"

	"google.golang.org/grpc/metadata"
)

// While the secret is changed a member shows the one that all know, and believes both.
func TestTokensOfTwoSecrets(t *testing.T) {
	t.Parallel()
	const before, after = "the secret of before", "the secret that comes then"
	shows := 1
	both, err := New("prosa", func() int { return shows }, after, before)
	if err != nil {
		t.Fatal(err)
	}
	old, err := New("prosa", nil, before)
	if err != nil {
		t.Fatal(err)
	}
	next, err := New("prosa", nil, after)
	if err != nil {
		t.Fatal(err)
	}
	believed := func(by, of Tokens) bool {
		header, err := of.GetRequestMetadata(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return by.Shown(metadata.NewIncomingContext(t.Context(), metadata.New(header)))
	}
	if !believed(old, both) || !believed(both, old) || believed(next, both) || !believed(both, next) || believed(old, next) {
		t.Error("before the change")
	}
	shows = 0
	if believed(old, both) || !believed(both, old) || !believed(next, both) || !believed(both, next) {
		t.Error("after it")
	}
	for name, ctx := range map[string]context.Context{
		"no token":    t.Context(),
		"empty token": metadata.NewIncomingContext(t.Context(), metadata.Pairs(Header, "")),
		"two tokens":  metadata.NewIncomingContext(t.Context(), metadata.Pairs(Header, both.known[0], Header, both.known[0])),
	} {
		if both.Shown(ctx) {
			t.Errorf("%s is believed", name)
		}
	}
	if _, err := New("prosa", nil, after, "short"); err == nil {
		t.Error("a short secret was taken")
	}
}
