CREATE TABLE "Order" (
    "id" INTEGER NOT NULL,
    "shippedAt" TIMESTAMP(3),

    CONSTRAINT "Order_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Mail" (
    "id" SERIAL NOT NULL,
    "text" TEXT NOT NULL,
    "orderId" INTEGER NOT NULL,

    CONSTRAINT "Mail_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Mail_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id")
);
