package search

import (
	"fmt"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence"
)

// One conversation that the database does not take stops search for nobody else;
// an index that takes nothing is an error, and goes on when it is mended.
func TestI09OneConversationDoesNotStopTheIndex(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"message_search", "conversation_search"} {
		s := openShop(t)
		s.exec(`CREATE TABLE injected (code text, marker text)`)
		s.exec(`CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
	SELECT code INTO c FROM injected WHERE position(marker IN row_to_json(NEW)::text) > 0 OR marker = '' LIMIT 1;
	IF c IS NOT NULL THEN RAISE EXCEPTION 'injected' USING ERRCODE = c; END IF;
	RETURN NEW;
END $$`)
		s.exec(`CREATE TRIGGER boom BEFORE INSERT OR UPDATE ON ` + table + ` FOR EACH ROW EXECUTE FUNCTION boom()`)
		indexed := func(contact string) (n int) {
			if err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM message_search WHERE contact_id = $1`, contact).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for n, code := range []string{"22003", "54000", "XX002", "42501"} {
			good, bad, other := fmt.Sprint("a", n), fmt.Sprint("bad", n), fmt.Sprint("z", n)
			for _, contact := range []string{good, bad, other} {
				s.hear("100", contact, time.Minute, said("hello"))
			}
			s.exec(`INSERT INTO injected VALUES ($1, 'bad')`, code)
			s.catchUp()
			s.exec(`DELETE FROM injected`)
			if indexed(good) != 1 || indexed(other) != 1 || indexed(bad) != 0 {
				t.Errorf("%s %s: indexed %d, %d and of the guilty one %d", table, code, indexed(good), indexed(other), indexed(bad))
			}
		}
		s.exec(`INSERT INTO injected VALUES ('42501', '')`)
		err := s.follower("m1").CatchUp(t.Context())
		if persistence.FaultOf(err) != persistence.FaultBroken {
			t.Errorf("%s: broken for everybody: %v", table, err)
		}
		s.exec(`DELETE FROM injected`)
		s.catchUp()
		if indexed("bad0") != 1 {
			t.Errorf("%s: what was left out is not indexed after it was mended", table)
		}
	}
}
