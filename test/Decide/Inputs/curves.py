"""curves.py: made-up trainings of LeNets, a - b (epoch + 1)^-c with a = 0.9 + 0.05 ln(scale) / ln(5), b = 0.6 and c = 0.8."""
import math

print("model,samples,batch,optimizer,epochs,accuracy,stop")
for scale in range(1, 6):
    a = 0.9 + 0.05 * math.log(scale) / math.log(5)
    for epochs in (1, 3, 10, 30, 100):
        print(f"zoo:lenet:scale={scale},1000,100,adam,{epochs},{a - 0.6 * (epochs + 1) ** -0.8:.9f},epochs")
    # The first epoch that reaches 0.85.
    epochs = math.ceil((0.6 / (a - 0.85)) ** 1.25 - 1)
    print(f"zoo:lenet:scale={scale},1000,100,adam,{epochs},{a - 0.6 * (epochs + 1) ** -0.8:.9f},accuracy")
