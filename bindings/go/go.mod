module guanxi

go 1.19
