-- The host's own tables, as PostgreSQL and MariaDB take them alike.
CREATE TABLE members (
  member_no VARCHAR(20) PRIMARY KEY,
  mobile    VARCHAR(20),
  sms_ok    INTEGER NOT NULL
);
CREATE TABLE orders (
  order_no   VARCHAR(20) PRIMARY KEY,
  member_no  VARCHAR(20) NOT NULL,
  ordered_at TIMESTAMP NOT NULL,
  paid       NUMERIC(12, 2) NOT NULL,
  status     VARCHAR(10) NOT NULL,
  updated_at TIMESTAMP(6) NOT NULL
);
