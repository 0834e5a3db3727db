package notice_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/notice"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func store(t *testing.T) (*notice.Store, *pgxpool.Pool) {
	t.Helper()
	pool, people := storetest.Office(t)
	sealer, err := persistence.NewSealer("a key of sixteen bytes")
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]staff.Role{"root": staff.RoleAdmin, "ana": staff.RoleAgent} {
		p := staff.Person{TenantID: "t1", Email: name + "@example.com", Name: name, Role: role}
		if _, err := people.Create(t.Context(), p, "a quieter donkey sings"); err != nil {
			t.Fatal(err)
		}
	}
	return notice.New(pool, sealer), pool
}

func found(ids ...string) (list []notice.Found) {
	for _, id := range ids {
		list = append(list, notice.Found{TenantID: "t1", Object: notice.Object{Kind: "number", ID: id, Name: "+55 " + id}, Detail: notice.Detail{"cause": "token"}})
	}
	return list
}

// tellAll writes a letter to each receiver.
func tellAll(n notice.Notice, to notice.Receivers) (letters []notice.Letter) {
	for _, address := range to.Mails {
		letters = append(letters, notice.Letter{Channel: notice.Mail, Address: address, Subject: string(n.Kind), Text: "about " + n.Object.Name})
	}
	if to.URL != "" {
		letters = append(letters, notice.Letter{Channel: notice.Webhook, Address: to.URL, Text: "{}"})
	}
	return letters
}

// A state begins once, however many look at the same time, tells the administrators of
// its tenant alone, and ends when it is found no more; one that comes and goes is
// shown, and told of once an hour.
func TestNoticesBeginAndEnd(t *testing.T) {
	t.Parallel()
	s, pool := store(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := s.Sync(t.Context(), notice.TokenDied, found("100", "200"), tellAll); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM notice`); n != 2 {
		t.Errorf("%d notices of two numbers", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM delivery WHERE address = 'root@example.com'`); n != 2 {
		t.Errorf("%d letters to the administrator", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM delivery`); n != 2 {
		t.Errorf("%d letters in all", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM delivery WHERE position('about'::bytea in sealed) > 0`); n != 0 {
		t.Error("letters can be read in the database")
	}
	if _, err := s.Sync(t.Context(), notice.TokenDied, found("200"), tellAll); err != nil {
		t.Fatal(err)
	}
	if begun, err := s.Sync(t.Context(), notice.TokenDied, found("100", "200"), tellAll); err != nil || len(begun) != 1 || !begun[0].Again {
		t.Fatalf("one came back: %+v, %v", begun, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM delivery`); n != 2 {
		t.Errorf("%d letters after it came back within the hour", n)
	}
	// An hour after the first word it is still so: now it is told.
	pgtest.Exec(t, pool, `UPDATE notice SET told_at = told_at - interval '61 minutes'`)
	if _, err := s.Sync(t.Context(), notice.TokenDied, found("100", "200"), tellAll); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM delivery`); n != 3 {
		t.Errorf("%d letters of what lasts longer than an hour", n)
	}
	list, err := s.List(t.Context(), "t1", 10)
	if err != nil || len(list) != 3 || list[0].EndedAt != nil || list[1].EndedAt != nil || list[2].EndedAt == nil || list[0].Detail["cause"] != "token" {
		t.Errorf("list: %+v, %v", list, err)
	}
	if list, err := s.List(t.Context(), "t2", 10); err != nil || len(list) != 0 {
		t.Errorf("another tenant's: %+v, %v", list, err)
	}
}

// A letter is one member's at a time, is due again when that dies, and keeps its id; one
// whose webhook is gone ends and says so.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	s, pool := store(t)
	secret, err := s.SetWebhook(t.Context(), "t1", "https://hooks.example.com/prosa")
	if err != nil || len(secret) < 40 {
		t.Fatalf("secret %q, %v", secret, err)
	}
	if _, err := s.Sync(t.Context(), notice.QueueAged, found("red"), tellAll); err != nil {
		t.Fatal(err)
	}
	first, err := s.Claim(t.Context(), 10)
	if err != nil || len(first) != 2 {
		t.Fatalf("claimed %+v, %v", first, err)
	}
	for _, d := range first {
		if d.Channel == notice.Webhook && d.Secret != secret || d.Channel == notice.Mail && !strings.Contains(d.Text, "+55 red") {
			t.Errorf("claimed %+v", d)
		}
	}
	if again, err := s.Claim(t.Context(), 10); err != nil || len(again) != 0 {
		t.Errorf("claimed by two: %+v, %v", again, err)
	}
	pgtest.Exec(t, pool, `UPDATE delivery SET next_try = now()`) // its member died
	if _, err := s.SetWebhook(t.Context(), "t1", ""); err != nil {
		t.Fatal(err)
	}
	second, err := s.Claim(t.Context(), 10)
	if err != nil || len(second) != 1 || second[0].Channel != notice.Mail || second[0].Tries != 2 {
		t.Fatalf("claimed %+v, %v", second, err)
	}
	if err := s.Later(t.Context(), second[0].ID, time.Minute, "550 no such mailbox"); err != nil {
		t.Fatal(err)
	}
	failures, err := s.Failures(t.Context(), "t1")
	if err != nil || len(failures) != 2 {
		t.Fatalf("failures: %+v, %v", failures, err)
	}
	for _, f := range failures {
		if f.Channel == notice.Webhook && !f.GivenUp || f.Channel == notice.Mail && (f.GivenUp || f.Error != "550 no such mailbox") {
			t.Errorf("failure: %+v", f)
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE object_id = 'notice_webhook' AND after::text LIKE '%•••%' AND after::text NOT LIKE '%`+secret+`%'`); n != 1 {
		t.Errorf("%d lines of the webhook", n)
	}
}

// Somebody who waits for an owner is found in his team alone, and nobody else.
func TestQueues(t *testing.T) {
	t.Parallel()
	s, pool := store(t)
	waiting := storetest.Conversation(t, pool, "t1", "red", "c1", "", 1, 0)
	storetest.Conversation(t, pool, "t1", "red", "c2", "ana", 1, 0)
	storetest.Conversation(t, pool, "t1", "red", "c3", "", 4, 0)
	pgtest.Exec(t, pool, `UPDATE conversation SET last_at = now() - interval '40 minutes', last_outbound = false`)
	queues, err := s.Queues(t.Context(), 30*time.Minute)
	if err != nil || len(queues) != 1 || queues[0].Team != "red" || queues[0].Waiting < 40*time.Minute || queues[0].TenantID != "t1" {
		t.Fatalf("queues: %+v, %v", queues, err)
	}
	pgtest.Exec(t, pool, `UPDATE conversation SET last_outbound = true WHERE contact_id = 'c1'`)
	if queues, err := s.Queues(t.Context(), 30*time.Minute); err != nil || len(queues) != 0 {
		t.Errorf("%s is answered: %+v, %v", waiting, queues, err)
	}
}
